#!/usr/bin/env python3
"""Fail when a file exports what nobody else uses: it is dead, or could be static.

A symbol that a test uses is used; the public functions (core/api/) are whoever's who
builds on core/.

usage: unused.py ROOT OBJECT;OBJECT... ...  (lists as CMake writes them, main's included)
"""
import pathlib
import re
import subprocess
import sys

MADE_BY_COMPILER = ("__asan", "__odr_asan", "__ubsan", "__gcov", "__llvm")


def symbols(objects):
    """defined: name -> its object; used: the names that some object lacks."""
    output = subprocess.run(["nm", "-A", "-g", *objects],
                            check=True, capture_output=True, text=True).stdout
    defined, used = {}, set()
    for line in output.splitlines():
        place, rest = line.split(":", 1)
        kind, name = rest.split()[-2:]
        if kind == "U":
            used.add(name)
        elif not name.startswith(MADE_BY_COMPILER):
            defined[name] = place
    return defined, used


def problems(root, objects):
    defined, used = symbols(objects)
    words = set()
    for test in (root / "tests").rglob("*.[ch]"):
        words.update(re.findall(r"\w+", test.read_text(errors="replace")))
    for name, place in sorted(defined.items()):
        source = re.search(r"/((core|cli)/(?!core/).*)\.o$", place)
        if source is None or name in used or name in words or name == "main":
            continue
        if not source[1].startswith("core/api/"):
            yield f"{source[1]}: nobody but this file uses {name}"


if __name__ == "__main__":
    everything = [o for objects in sys.argv[2:] for o in objects.split(";")]
    found = list(problems(pathlib.Path(sys.argv[1]).resolve(), everything))
    print("\n".join(found) or "unused: ok")
    sys.exit(bool(found))
