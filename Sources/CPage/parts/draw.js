// Draws the chart whose specification is the second argument with the packed library of charts that is the first, as SVG on
// standard output: for Node, where no browser is.
"use strict";
const { readFileSync } = require("node:fs");
const { gunzipSync } = require("node:zlib");
globalThis.window = globalThis;
(0, eval)(gunzipSync(readFileSync(process.argv[2])).toString());
const { spec } = globalThis.vegaLite.compile(JSON.parse(readFileSync(process.argv[3], "utf8")));
new globalThis.vega.View(globalThis.vega.parse(spec), { renderer: "none" })
  .toSVG()
  .then((svg) => process.stdout.write(svg.replaceAll("currentColor", "#1b1f24") + "\n"));
