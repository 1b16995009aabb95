"""Draws the chart whose specification is the second argument as svg or png, which is the first, with vl-convert-python."""

import sys

import vl_convert

draw = {"svg": vl_convert.vegalite_to_svg, "png": vl_convert.vegalite_to_png}[sys.argv[1]]
drawn = draw(open(sys.argv[2]).read())
sys.stdout.buffer.write(drawn if isinstance(drawn, bytes) else drawn.encode())
