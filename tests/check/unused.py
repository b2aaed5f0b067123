#!/usr/bin/env python3
"""Fail when a file exports what nobody else uses: it is dead, or could be static.

A symbol that a test uses is used; the public functions (core/api/) are whoever's who
builds on core/.

usage: unused.py ROOT OBJECT;OBJECT... ...  (lists as CMake writes them, main's included)
"""
import pathlib
import re
import sys

import symbols


def problems(root, objects):
    defined, used = {}, set()
    for place, is_defined, name in symbols.all_of(objects):
        if is_defined:
            defined[name] = place
        else:
            used.add(name)
    for test in (root / "tests").rglob("*.[ch]"):
        used.update(re.findall(r"\w+", test.read_text(errors="replace")))
    for name, place in sorted(defined.items()):
        source = re.search(r"/((core|cli)/(?!core/).*)\.o$", place)
        if source and name not in used and name != "main" and not source[1].startswith("core/api/"):
            yield f"{source[1]}: nobody but this file uses {name}"


if __name__ == "__main__":
    found = list(problems(pathlib.Path(sys.argv[1]).resolve(), sys.argv[2:]))
    print("\n".join(found) or "unused: ok")
    sys.exit(bool(found))
