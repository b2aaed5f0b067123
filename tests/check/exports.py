#!/usr/bin/env python3
"""Fail when a file of core/ exports a symbol that does not carry its name.

core/<layer>/<file>.c exports <file> or <file>_*. Where a module has several files
under one header, they may carry the header's name: quic_stream.c may export
quic_open_bidi, because core/conn/quic.h is there. core/api/ exports qv_* as well.

usage: exports.py ROOT OBJECT;OBJECT...     (a list as CMake writes it)
"""
import pathlib
import sys

import symbols


def names_allowed(root, source):
    """The names that a symbol of this file may start with."""
    public = ["qv"] if source.parent == root / "core/api" else []
    words = source.stem.split("_")
    shorter = ["_".join(words[:n]) for n in range(1, len(words))]
    return public + [source.stem] + [
        name for name in shorter if (source.parent / f"{name}.h").exists()
    ]


def problems(root, objects):
    for place, is_defined, symbol in symbols.all_of(objects):
        path = place[place.rindex("/core/") + 1:].removesuffix(".o")
        allowed = names_allowed(root, root / path)
        if is_defined and not any(symbol == a or symbol.startswith(a + "_") for a in allowed):
            yield f"{path}: {symbol} does not start with {allowed[-1]}_"


if __name__ == "__main__":
    found = list(problems(pathlib.Path(sys.argv[1]).resolve(), sys.argv[2:]))
    print("\n".join(found) or "exports: ok")
    sys.exit(bool(found))
