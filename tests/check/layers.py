#!/usr/bin/env python3
"""Fail when a file includes something its room may not, or when files include
each other in a circle.

The rules are data: core/layers and cli/layers. A name listed there may be used by
the rooms below it in the file only, so that rooms cannot include each other both
ways. Circles: a module (NAME.c and NAME.h together) may need another one that needs
it, in the same room, as long as no more than three are tied together.
"""
import pathlib
import re
import sys

# group -> headers that only the rooms naming it may include
OUTSIDE = {
    "sys": r"(sys/(epoll|event|socket|un|uio|eventfd|stat|syscall|mman|ioctl)"
           r"|unistd|fcntl|poll|pthread|time|signal|dirent|linux/openat2)\.h",
    "net": r"(netdb|net/.*|netinet/.*|arpa/.*|linux/(?!openat2).*)(\.h)?",
    "wolfssl": r"wolfssl/.*|ngtcp2/ngtcp2_crypto_wolfssl\.h",
    "llhttp": r"llhttp\.h",
    "nghttp2": r"nghttp2/.*",
    "nghttp3": r"nghttp3/.*",
    "ngtcp2": r"ngtcp2/.*",
    "uv": r"uv\.h",
    "cares": r"ares(_dns_record|_nameser)?\.h",
    "codings": r"(zlib|brotli/.*|zstd)(\.h)?",
    "idn": r"idn2\.h",
    "psl": r"libpsl\.h",
    "readline": r"readline/.*",
}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)
ROOT = "."  # the room of what stands beside the folders
CIRCLE_MAX = 3

# What a tree of sources may include of another one.
FACE = {"core": (), "cli": ("core/quiver.h", "core/base/")}


def read_rules(path):
    """room -> (rooms it may include, outside groups it may use)"""
    rules = {}
    for line in path.read_text().splitlines():
        line = line.split("#")[0].strip()
        if line:
            room, rest = line.split(":")
            inside, _, outside = rest.partition("|")
            for name in inside.split():
                if name not in rules:
                    sys.exit(f"{path}: {room} is listed before {name}, which it uses")
            rules[room] = (set(inside.split()) | {room}, set(outside.split()))
    return rules


def folder_of(path):
    """Of a path below core/ or cli/."""
    return path.parts[0] if len(path.parts) > 1 else ROOT


def room_of(path, rules):
    """A file that has a line of its own is a room of its own."""
    return str(path) if str(path) in rules else folder_of(path)


def problems_of(tree, file, rules, includes):
    room = room_of(file, rules)
    if room not in rules:
        yield f"room {room} is not in {tree}/layers"
        return
    inside, outside = rules[room]
    for kind, name in includes:
        if kind == '"' and not name.startswith(FACE[tree]):
            target = pathlib.PurePath(name)
            if target.parts[0] == "core":
                yield f'"{name}": {tree}/ sees {", ".join(FACE[tree])} of core/ only'
            elif not inside & {folder_of(target), name}:
                yield f'"{name}": {room}/ may include {", ".join(sorted(inside))}'
        elif kind == "<":
            for group, pattern in OUTSIDE.items():
                if re.fullmatch(pattern, name) and group not in outside:
                    yield f"<{name}>: {room}/ may not use {group}"


def circles(graph):
    """Sets of modules that reach each other (Tarjan's components)."""
    number, low, stack, found = {}, {}, [], []

    def visit(module):
        number[module] = low[module] = len(number)
        stack.append(module)
        for other in graph[module]:
            if other not in graph:
                continue
            if other not in number:
                visit(other)
                low[module] = min(low[module], low[other])
            elif other in stack:
                low[module] = min(low[module], number[other])
        if low[module] == number[module]:
            at = stack.index(module)
            found.append(sorted(stack[at:]))
            del stack[at:]

    for module in graph:
        if module not in number:
            visit(module)
    return sorted(c for c in found if len(c) > 1)


def check(root, tree):
    """Prints what is wrong and the circles; gives back how much is wrong."""
    wrong = []
    graph = {}
    rules = read_rules(root / tree / "layers")
    for path in sorted((root / tree).rglob("*.[ch]")):
        file = path.relative_to(root / tree)
        includes = INCLUDE.findall(path.read_text())
        wrong += [f"{tree}/{file}: {p}" for p in problems_of(tree, file, rules, includes)]
        graph.setdefault(str(file.with_suffix("")), set()).update(
            name[:-2] for kind, name in includes if kind == '"')
    for circle in circles(graph):
        rooms = {folder_of(pathlib.PurePath(m)) for m in circle}
        too_long = len(circle) > CIRCLE_MAX or len(rooms) > 1
        print(f"{tree}: circle of {len(circle)}: {' '.join(circle)}"
              + (f" (at most {CIRCLE_MAX}, in one room)" if too_long else ""))
        wrong += [circle] if too_long else []
    for problem in wrong:
        if isinstance(problem, str):
            print(problem)
    return len(wrong)


if __name__ == "__main__":
    sys.setrecursionlimit(10000)
    top = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    nwrong = sum(check(top, tree) for tree in FACE)
    print("layers: ok" if not nwrong else f"layers: {nwrong} wrong")
    sys.exit(nwrong != 0)
