#!/usr/bin/env python3
"""Fail when a file includes something its layer may not (rules: core/layers)."""
import pathlib
import re
import sys

# group -> headers that only the layers naming it may include
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
    "codings": r"(zlib|brotli/.*|zstd)(\.h)?",
    "idn": r"idn2\.h",
}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)

def read_rules(path):
    rules = {}
    for line in path.read_text().splitlines():
        line = line.split("#")[0].strip()
        if line:
            layer, rest = line.split(":")
            inside, _, outside = rest.partition("|")
            for name in inside.split():
                if name not in rules:
                    sys.exit(f"{path}: {layer} is listed before {name}, which it uses")
            rules[layer] = (set(inside.split()) | {layer}, set(outside.split()))
    return rules

def problems(root):
    rules = read_rules(root / "core/layers")
    for f in sorted([*root.glob("core/**/*.[ch]"), *root.glob("cli/**/*.[ch]")]):
        rel = f.relative_to(root)
        layer = rel.parts[1] if rel.parts[0] == "core" and len(rel.parts) > 2 else None
        for kind, name in INCLUDE.findall(f.read_text()):
            if rel.parts[0] == "cli":
                if kind == '"' and "/" in name and name != "core/quiver.h":
                    yield f'{rel}: "{name}": cli/ sees the engine through core/quiver.h only'
            elif layer and layer not in rules:
                yield f"{rel}: layer {layer} is not in core/layers"
            elif layer and kind == '"' and name.split("/")[0] not in rules[layer][0]:
                yield f'{rel}: "{name}": {layer}/ may include {", ".join(sorted(rules[layer][0]))}'
            elif layer and kind == "<":
                for group, pattern in OUTSIDE.items():
                    if re.fullmatch(pattern, name) and group not in rules[layer][1]:
                        yield f"{rel}: <{name}>: {layer}/ may not use {group}"

if __name__ == "__main__":
    found = list(problems(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")))
    print("\n".join(found) or "layers: ok")
    sys.exit(bool(found))
