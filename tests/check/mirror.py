#!/usr/bin/env python3
"""Fail when a unit test is of nothing, or a module of a layer of values has no test.

tests/unit/LAYER/NAME_test.c and tests/unit/cli/ROOM/NAME_test.c are the tests of
NAME there.  One that is of several modules at once (a sort of fault, a rule that
versions share) says of what in its first line.
"""
import pathlib
import sys

# Layers where a module is tested by itself: it is values in, values out.
TESTED = ("core/base", "core/channel", "core/http", "core/settings")
# http/facts.h is data for others, http/digest_auth.h is the half of http/auth.h.
ELSEWHERE = {"core/http/facts", "core/http/digest_auth"}


def module_of(test, unit):
    """The path of what it is the test of, without an ending."""
    folder = test.parent.relative_to(unit)
    tree = "." if folder.parts[:1] == ("cli",) else "core"
    return pathlib.Path(tree) / folder / test.stem.removesuffix("_test")


def problems(root):
    unit = root / "tests/unit"
    tested = set()
    for test in sorted(unit.rglob("*_test.c")):
        module = module_of(test, unit)
        tested.add(str(module))
        is_one = any((root / f"{module}.{end}").exists() for end in ("c", "h", "def"))
        if not is_one and not test.read_text().startswith("/*"):
            yield f"{test.relative_to(root)}: there is no {module}, and it does not say of what it is"
    for layer in TESTED:
        for header in sorted((root / layer).glob("*.h")):
            module = f"{layer}/{header.stem}"
            if header.with_suffix(".c").exists() and module not in tested | ELSEWHERE:
                yield f"{module}: has no test of its own"


if __name__ == "__main__":
    found = list(problems(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")))
    print("\n".join(found) or "mirror: ok")
    sys.exit(bool(found))
