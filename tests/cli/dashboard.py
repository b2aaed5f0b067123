"""Looks whether what a Grafana dashboard asks for exists.

dashboard.py DASHBOARD PAGE FILE...: PAGE is the text of quiver-telemetry(7), each FILE
metrics in Prometheus' format.

Each metric that an expression names is one of the FILEs', and each of theirs is in an
expression; a label that an expression selects or sums by is one that the page gives to
the metric, or Prometheus' own; panels neither overlap nor have a number twice.
"""
import json
import re
import sys

OWN = {"job", "instance", "le", "__name__"} # of Prometheus
KINDS = {"timeseries", "stat", "row"}

dashboard, page, files = sys.argv[1], sys.argv[2], sys.argv[3:]
families = {}
for name in files:
    with open(name, encoding="utf-8") as file:
        families.update(line.split()[2:4] for line in file if line.startswith("# TYPE "))
labels = {}
with open(page, encoding="utf-8") as file:
    for line in file:
        words = line.split()
        if words and re.fullmatch(r"quiver_[a-z_0-9]+", words[0]):
            labels[words[0]] = set(words[1:])


def family_of(name):
    for end in ("", "_bucket", "_sum", "_count"):
        base = name.removesuffix(end) if end else name
        if name.endswith(end) and base in families and (not end or families[base] == "histogram"):
            return base
    raise AssertionError(f"there is no metric {name}")


def check(expression, used):
    names = re.findall(r"quiver_[a-z_0-9]+", expression)
    assert names, expression
    asked = set(re.findall(r"([a-z_]+)(?==~?\")", expression))
    for by in re.findall(r"by \(([^)]*)\)", expression):
        asked |= {word.strip() for word in by.split(",")}
    known = set(OWN)
    for name in names:
        family = family_of(name)
        used.add(family)
        known |= labels[family]
        assert name == family or name.endswith("_bucket"), expression
        if families[family] == "counter":
            assert re.search(rf"(rate|increase)\({name}\{{[^}}]*\}}\[\$__rate_interval\]\)", expression), expression
    assert asked <= known, f"{expression}: {asked - known}"


with open(dashboard, encoding="utf-8") as file:
    board = json.load(file)
used, places, numbers = set(), set(), set()
for panel in board["panels"]:
    assert panel["type"] in KINDS, panel["type"]
    assert panel["id"] not in numbers, panel["id"]
    numbers.add(panel["id"])
    place = panel["gridPos"]
    cells = {(x, y) for x in range(place["x"], place["x"] + place["w"])
             for y in range(place["y"], place["y"] + place["h"])}
    assert place["x"] + place["w"] <= 24 and not cells & places, panel["title"]
    places |= cells
    for target in panel.get("targets", []):
        check(target["expr"], used)
for variable in board["templating"]["list"]:
    if variable["type"] == "query":
        used |= {family_of(name) for name in re.findall(r"quiver_[a-z_0-9]+", variable["definition"])}
assert set(families) <= used, f"shown nowhere: {sorted(set(families) - used)}"
print(len(board["panels"]), "panels,", len(used), "metrics")
