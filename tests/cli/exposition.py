"""Reads Prometheus' text format 0.0.4 from a file, strictly; prints its samples.

exposition.py FILE              "name{labels} value" lines, labels in their order
exposition.py FILE SERIES       the value of one of them

What is checked beyond the grammar: one HELP and one TYPE for each family, before its
samples; all samples of a family together; no series twice; counters end in _total;
buckets ascend, end with +Inf, and agree with _count.
"""
import re
import sys

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"'
SAMPLE = re.compile(rf"({NAME})(?:\{{({LABEL}(?:,{LABEL})*)\}})? (\S+)")
NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d+)?(?:e[-+]?\d+)?|Inf)|NaN")
ENDS = ("_bucket", "_sum", "_count")


def family_of(name, types):
    if name in types:
        return name
    for end in ENDS:
        base = name.removesuffix(end)
        if name.endswith(end) and types.get(base) == "histogram":
            return base
    raise AssertionError(f"{name} has no TYPE")


def check_histogram(series):
    """series: (name, labels, value) of one histogram's family."""
    rows = {}
    for name, labels, value in series:
        others = tuple(l for l in labels if not l.startswith("le="))
        row = rows.setdefault(others, {"buckets": [], "count": None, "sum": None})
        if name.endswith("_bucket"):
            bound = next(l for l in labels if l.startswith("le="))[4:-1]
            row["buckets"].append((float(bound), value))
        else:
            row[name.rsplit("_", 1)[1]] = value
    for others, row in rows.items():
        assert row["buckets"] == sorted(row["buckets"]), f"{others}: out of order"
        assert row["buckets"][-1] == (float("inf"), row["count"]), others
        assert row["sum"] is not None, others


def read(path):
    helps, types, order, samples = {}, {}, [], {}
    with open(path, encoding="utf-8") as file:
        text = file.read()
    assert text.endswith("\n"), "no line end at the end"
    for line in text.splitlines():
        if line.startswith("# HELP "):
            name = line.split(" ")[2]
            assert name not in helps, f"{name}: HELP twice"
            helps[name] = line
            continue
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert name not in types and name in helps, line
            assert kind in ("counter", "gauge", "histogram"), line
            assert (kind == "counter") == name.endswith("_total"), line
            types[name] = kind
            order.append(name)
            continue
        match = SAMPLE.fullmatch(line)
        assert match, f"no sample: {line}"
        name, labels, value = match.groups()
        assert NUMBER.fullmatch(value), line
        family = family_of(name, types)
        assert family == order[-1], f"{name} stands apart from its family"
        labels = tuple(re.findall(LABEL, labels)) if labels else ()
        assert (name, labels) not in samples, f"twice: {line}"
        samples[(name, labels)] = (family, float(value), value)
    for family, kind in types.items():
        if kind == "histogram":
            check_histogram([(n, l, v) for (n, l), (f, v, _) in samples.items()
                             if f == family])
    return samples


def main():
    series = {}
    for (name, labels), (_, _, value) in read(sys.argv[1]).items():
        series[name + ("{" + ",".join(labels) + "}" if labels else "")] = value
    if len(sys.argv) > 2:
        print(series[sys.argv[2]])
    else:
        for name, value in series.items():
            print(name, value)


main()
