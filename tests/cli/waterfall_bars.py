"""waterfall_bars.py SVG: the bars of the picture, a line each: class, row, begin, length.

Begin and length are in pixels of the chart.  A path has many strokes, `M x y h n` or, from
where the last one ended, `m x y h n`.
"""
import re
import sys
import xml.etree.ElementTree as tree

bars = []
for path in tree.parse(sys.argv[1]).getroot().findall("{http://www.w3.org/2000/svg}path"):
    if "transform" not in path.attrib:
        continue  # of the legend and the axis
    scale = float(re.match(r"matrix\(([\d.]+) ", path.attrib["transform"])[1])
    x = row = 0
    strokes = re.findall(r"([Mm])(-?\d+) (-?\d+)h(\d+)", path.attrib["d"])
    assert "".join(f"{m}{a} {b}h{n}" for m, a, b, n in strokes) == path.attrib["d"], path.attrib["d"]
    for how, dx, dy, n in strokes:
        x, row = (int(dx), int(dy)) if how == "M" else (x + int(dx), row + int(dy))
        bars.append((row, x * scale, path.attrib["class"], int(n) * scale))
        x += int(n)
for row, x, name, n in sorted(bars):
    print(name, row, f"{x:g}", f"{n:g}")
