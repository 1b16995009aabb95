"use strict";
(() => {
  const parse = (id) => {
    const element = document.getElementById(id);
    return element ? JSON.parse(element.textContent) : null;
  };

  const bytes = (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

  const unpacked = (packed) =>
    new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip")));

  const save = (name, type, text) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };

  const button = (words, label, action) => {
    const element = document.createElement("button");
    element.type = "button";
    element.textContent = words;
    element.setAttribute("aria-label", label);
    element.addEventListener("click", action);
    return element;
  };

  // Ink of a saved picture, which lies on no page.
  const alone = (svg) => svg.replaceAll("currentColor", "#1b1f24");

  async function draw(figure) {
    const place = document.querySelector(`[data-figure="${figure.name}"]`);
    const specification = { ...figure.chart, data: { name: "table", values: figure.data, format: figure.format } };
    const result = await vegaEmbed(place, specification, { actions: false, renderer: "svg", tooltip: { theme: "custom" } });
    for (const input of place.querySelectorAll(".vega-bind")) {
      const control = input.querySelector("input, select");
      if (control) control.setAttribute("aria-label", `${input.querySelector(".vega-bind-name")?.textContent ?? ""} of ${figure.title}`);
    }
    const bar = document.createElement("div");
    bar.className = "save";
    bar.append(
      button("SVG", `Save ${figure.title} as SVG`, async () =>
        save(`${figure.name}.svg`, "image/svg+xml", alone(await result.view.toSVG()))),
      button("CSV", `Save the data of ${figure.title} as CSV`, () =>
        save(`${figure.name}.csv`, "text/csv", figure.data)),
    );
    place.after(bar);
    place.dataset.drawn = "true";
  }

  async function figures() {
    const all = parse("data-figures");
    if (!all.length) return;
    if (typeof DecompressionStream === "undefined") {
      for (const place of document.querySelectorAll(".chart")) {
        place.textContent = "This browser is too old to draw the figure; the tables hold its numbers.";
      }
      return;
    }
    const code = await unpacked(bytes(document.getElementById("data-charts").textContent.trim())).text();
    const script = document.createElement("script");
    script.textContent = code;
    document.head.append(script);
    for (const figure of all) await draw(figure);
  }

  // Colours of slices: viridis in eleven steps, which are told apart with any colour vision and in grey.
  const viridis = [[68, 1, 84], [72, 36, 117], [65, 68, 135], [53, 95, 141], [42, 120, 142], [33, 145, 140], [34, 168, 132],
    [68, 191, 112], [122, 209, 81], [189, 223, 38], [253, 231, 37]];
  const colour = (share) => {
    const place = share * (viridis.length - 1), low = Math.min(viridis.length - 2, Math.floor(place)), rest = place - low;
    return viridis[low].map((value, n) => value + rest * (viridis[low + 1][n] - value));
  };

  const words = (value) => {
    const size = Math.abs(value);
    if (Number.isInteger(value) && size < 1e5) return String(value);
    return size >= 1e5 || size < 1e-2 ? value.toExponential(2) : String(Number(value.toPrecision(3)));
  };
  const length = (um) => um >= 1000 ? `${words(um / 1000)} mm` : `${words(um)} um`;

  function slices() {
    const place = document.getElementById("slice-view");
    const data = parse("data-slices");
    if (!place || !data) return;
    const pixels = bytes(data.bytes);
    const control = (label, element) => {
      const wrapper = document.createElement("label");
      wrapper.append(`${label} `, element);
      return wrapper;
    };
    const select = (options) => {
      const element = document.createElement("select");
      for (const [value, text] of options) element.add(new Option(text, value));
      return element;
    };
    const grid = select(data.grids.map((grid, n) => [n, grid.title]));
    const channel = select([]);
    const time = document.createElement("input");
    Object.assign(time, { type: "range", min: 0, step: 1 });
    time.setAttribute("aria-label", "time of the slices");
    const now = document.createElement("output");
    const controls = document.createElement("div");
    controls.className = "controls";
    controls.append(control("grid", grid), control("shown", channel), control("time", time), now);
    const planes = document.createElement("div");
    planes.className = "planes";
    const range = document.createElement("p");
    range.className = "small";
    range.setAttribute("aria-live", "polite");
    const profile = document.createElement("div");
    profile.className = "plane";
    place.replaceChildren(controls, planes, range, profile);

    const fill = () => {
      const chosen = data.grids[grid.value];
      channel.replaceChildren();
      chosen.channels.forEach((item, n) => channel.add(new Option(item.title, n)));
      time.max = chosen.times.length - 1;
      // First seen where most is to be seen.
      const spread = chosen.channels[0].ranges.map((range) => range[1] - range[0]);
      time.value = spread.indexOf(Math.max(...spread));
    };

    const show = () => {
      const chosen = data.grids[grid.value], step = Number(time.value), shown = chosen.channels[channel.value];
      const [low, high] = shown.ranges[step];
      // One scale for all times and for the same grid of all arms.
      const alike = data.grids.filter((grid) => grid.site === chosen.site)
        .flatMap((grid) => grid.channels.filter((channel) => channel.title === shown.title)).flatMap((channel) => channel.ranges);
      const [least, most] = [Math.min(...alike.map((range) => range[0])), Math.max(...alike.map((range) => range[1]))];
      const value = (byte) => low + byte / 255 * (high - low);
      now.textContent = `${words(chosen.times[step])} h`;
      planes.replaceChildren();
      const sizes = chosen.planes.map((plane) => plane.width * plane.height);
      const all = sizes.reduce((sum, size) => sum + size, 0);
      let start = chosen.start + (step * chosen.channels.length + Number(channel.value)) * all;
      chosen.planes.forEach((plane, n) => {
        const canvas = document.createElement("canvas");
        canvas.width = plane.width;
        canvas.height = plane.height;
        const scale = Math.max(1, Math.floor(210 / Math.max(plane.width, plane.height)));
        canvas.style.width = `${plane.width * scale}px`;
        canvas.style.height = `${plane.height * scale}px`;
        canvas.setAttribute("role", "img");
        canvas.setAttribute("aria-label",
          `${shown.title}, plane ${plane.name}, at ${words(chosen.times[step])} h: from ${words(low)} to ${words(high)} ${shown.unit}`);
        const context = canvas.getContext("2d"), image = context.createImageData(plane.width, plane.height);
        for (let i = 0; i < sizes[n]; i++) {
          const [r, g, b] = colour(most > least ? (value(pixels[start + i]) - least) / (most - least) : 0), row = plane.height - 1 - Math.floor(i / plane.width);
          image.data.set([r, g, b, 255], 4 * (row * plane.width + (i % plane.width)));
        }
        context.putImageData(image, 0, 0);
        const box = document.createElement("div");
        box.className = "plane";
        box.append(canvas, document.createElement("br"),
          `${plane.name}, ${length(plane.width * plane.step)} x ${length(plane.height * plane.step)}`);
        planes.append(box);
        if (n === 0) drawProfile(plane, Array.from({ length: plane.width }, (_, i) =>
          value(pixels[start + Math.floor(plane.height / 2) * plane.width + i])), least, most, shown.unit);
        start += sizes[n];
      });
      const ramp = document.createElement("span");
      ramp.className = "ramp";
      range.replaceChildren(`${words(least)} `, ramp, ` ${words(most)} ${shown.unit}, the range over all times and arms; now from ${words(low)} to ${words(high)}.`);
    };

    const drawProfile = (plane, values, low, high, unit) => {
      const width = 420, height = 130, most = high > low ? high : low + 1;
      const x = (i) => 62 + (i + 0.5) / plane.width * (width - 76);
      const y = (value) => height - 36 - (value - low) / (most - low) * (height - 50);
      const points = values.map((value, i) => `${x(i).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
      profile.innerHTML =
        `<svg width="${width}" height="${height}" role="img" aria-label="Profile along the middle row of plane ${plane.name}, ${unit}">` +
        `<path fill="none" stroke="currentColor" stroke-opacity="0.4" d="M62 8V${height - 36}H${width - 14}"/>` +
        `<polyline fill="none" stroke="#0072b2" stroke-width="2" points="${points}"/>` +
        `<g fill="currentColor" font-size="11"><text x="58" y="18" text-anchor="end">${words(most)}</text>` +
        `<text x="58" y="${height - 36}" text-anchor="end">${words(low)}</text><text x="58" y="32" text-anchor="end">${unit}</text>` +
        `<text x="62" y="${height - 20}">0</text><text x="${width - 14}" y="${height - 20}" text-anchor="end">${length(plane.width * plane.step)}</text>` +
        `<text x="${width / 2}" y="${height - 4}" text-anchor="middle">place along the middle row of plane ${plane.name}</text></g></svg>`;
    };

    // First seen is the grid that holds most cells of the product.
    const peopled = data.grids.map((grid) =>
      Math.max(0, ...grid.channels.filter((channel) => channel.title === "product").flatMap((channel) => channel.ranges).map((range) => range[1])));
    grid.value = peopled.indexOf(Math.max(...peopled));
    grid.addEventListener("change", () => { fill(); show(); });
    channel.addEventListener("change", show);
    time.addEventListener("input", show);
    fill();
    show();
    place.dataset.drawn = "true";
  }

  document.getElementById("save-scenario")?.addEventListener("click", () =>
    save("scenario.resolved.yaml", "text/yaml", parse("data-scenario")));

  document.documentElement.dataset.state = "drawing";
  figures().then(slices).then(
    () => { document.documentElement.dataset.state = "drawn"; },
    (error) => { document.documentElement.dataset.state = "failed"; console.error(error); },
  );
})();
