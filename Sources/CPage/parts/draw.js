// Draws the chart whose specification stands on standard input, as SVG on standard output: with Node, where the library of
// charts has been loaded before.
const specification = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
const compiled = globalThis.vegaLite.compile(specification).spec;
new globalThis.vega.View(globalThis.vega.parse(compiled), { renderer: "none" })
  .toSVG()
  .then((svg) => process.stdout.write(svg + "\n"));
