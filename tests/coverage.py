#!/usr/bin/env python3
"""Line coverage of core/ by layer, from gcov's own output.

usage: coverage.py ROOT BUILD_FOLDER [LAYER=PERCENT...]

Fails when a layer that is named has fewer lines covered than it should. A line counts
as covered when any of the test programs ran it.
"""
import collections
import gzip
import json
import pathlib
import subprocess
import sys
import tempfile


def reports(build):
    """gcov's JSON, one document an object file."""
    if not any(build.rglob("*.gcda")):
        sys.exit("coverage: no test has run in this build folder")
    # The notes, not the data: a file that no test links is not covered either.
    notes = [str(p) for p in build.rglob("*.gcno") if "/core/" in str(p)]
    with tempfile.TemporaryDirectory() as folder:
        for start in range(0, len(notes), 50):
            subprocess.run(["gcov", "--json-format", "--preserve-paths",
                            *notes[start:start + 50]],
                           cwd=folder, check=True, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
        for report in pathlib.Path(folder).glob("*.gcov.json.gz"):
            yield json.loads(gzip.decompress(report.read_bytes()))


def measure(root, build):
    """(layer, file) -> line -> how often it ran"""
    lines = collections.defaultdict(lambda: collections.defaultdict(int))
    for report in reports(build):
        for file in report["files"]:
            path = pathlib.Path(report["current_working_directory"], file["file"])
            try:
                parts = path.resolve().relative_to(root / "core").parts
            except ValueError:
                continue
            layer = parts[0] if len(parts) > 1 else "(root)"
            for line in file["lines"]:
                lines[layer, "/".join(parts)][line["line_number"]] += line["count"]
    return lines


def main(root, build, *wanted):
    lines = measure(root, build)
    layers = collections.defaultdict(lambda: [0, 0])
    for (layer, name), counts in sorted(lines.items()):
        ran = sum(1 for n in counts.values() if n)
        layers[layer][0] += ran
        layers[layer][1] += len(counts)
        if ran < len(counts):
            print(f"{100 * ran / len(counts):6.1f} %  {ran:5} of {len(counts):5}  {name}")
    print()
    floor = dict(w.split("=") for w in wanted)
    failed = False
    for layer, (ran, total) in sorted(layers.items()):
        share = 100 * ran / total
        low = layer in floor and share < float(floor[layer])
        failed |= low
        print(f"{share:6.1f} %  {ran:5} of {total:5}  {layer}/"
              + (f"  is below {floor[layer]} %" if low else ""))
    return failed


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve(),
                  pathlib.Path(sys.argv[2]).resolve(), *sys.argv[3:]))
