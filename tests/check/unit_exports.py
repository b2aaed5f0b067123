#!/usr/bin/env python3
"""Fail when a unit test that shares its program exports more than its main.

A function of the engine that such a test defined (a fake) would take the engine's
place for its neighbours as well; tests/CMakeLists.txt lists who is apart.

usage: unit_exports.py OBJECT;OBJECT...     (a list as CMake writes it)
"""
import sys

import symbols


def problems(objects):
    for place, is_defined, symbol in symbols.all_of(objects):
        path = place[place.rindex("/unit/") + 1:].removesuffix(".o")
        own = path.removesuffix("_test.c").replace("/", "_")
        if is_defined and symbol != own:
            yield f"{path}: {symbol} is neither static nor the test apart (unit_apart)"


if __name__ == "__main__":
    objects = [o for o in sys.argv[1].split(";") if o.endswith("_test.c.o")]
    found = list(problems(objects))
    print("\n".join(found) or "unit exports: ok")
    sys.exit(bool(found) or not objects)
