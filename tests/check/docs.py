#!/usr/bin/env python3
"""Fail when a document names a file, a target or a preset that is not there, or when
the rooms in a README's table are not those of its `layers`.

What is looked at are words in backticks.  A word is a file if it has a slash or the
ending of a source, and no placeholder (NAME, *, ...): it is looked for below the
document's own folder, the top folder, core/ and cli/; without an ending it is a module.
"""
import json
import pathlib
import re
import sys

DOCUMENTS = ("README.md", "CONTRIBUTING.md", "core/README.md", "cli/README.md")
ENDINGS = ("", ".h", ".c", ".def")
SOURCE = re.compile(r"\.(h|c|def|py|sh|bats|md|cmake|lock|json)$")
FILE = re.compile(r"[\w./-]*[\w/]")
PLACEHOLDER = re.compile(r"[A-Z]{3,}|FILE|NAME")


def words(text):
    """What stands in backticks; of a block what looks like a source."""
    blocks = "".join(re.findall(r"^```\n(.*?)^```", text, re.M | re.S))
    rest = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
    return re.findall(r"`([^`\n]+)`", rest) + re.findall(r"\b\w+(?:/\w+)+\.[ch]\b", blocks)


def is_file(word):
    return (FILE.fullmatch(word) and not PLACEHOLDER.search(word.replace("README", ""))
            and not word.startswith(("/", ".", "http", "build/", "man/"))
            and ("/" in word or SOURCE.search(word)))


def exists(root, home, word):
    for base in (home, root, root / "core", root / "cli", root / "tests/fuzz"):
        for ending in ENDINGS:
            if (base / (word + ending)).exists():
                return True
    folder, _, name = word.rpartition("/")
    return not folder and any(home.glob(f"*/{name}"))


def targets(root):
    files = [root / "CMakeLists.txt", *(root / "cmake").glob("*.cmake"),
             *(root / "tests").rglob("CMakeLists.txt")]
    text = "".join(file.read_text() for file in files)
    return set(re.findall(r"add_(?:custom_target|executable|library)\(\s*([\w-]+)", text))


def presets(root):
    data = json.loads((root / "CMakePresets.json").read_text())
    return {p["name"] for kind in data.values() if isinstance(kind, list) for p in kind}


def commands(root, text):
    for name in re.findall(r"--target ([\w-]+)", text):
        if name not in targets(root):
            yield f"there is no target {name}"
    for name in re.findall(r"--preset ([\w-]+)", text):
        if name not in presets(root):
            yield f"there is no preset {name}"


def rooms(root, document, text):
    """The first column of the table against layers, in that order."""
    layers = root / document.parent / "layers"
    if not layers.exists():
        return
    listed = [line.split(":")[0].strip() for line in layers.read_text().splitlines()
              if not line.startswith("#") and ":" in line]
    listed = [room for room in listed if (root / document.parent / room).is_dir() and room != "."]
    told = []
    for row in re.findall(r"^\| (`\w+/`[^|]*) \|", text, re.M):
        told += re.findall(r"`(\w+)/`", row)
    for room in listed:
        if room not in told:
            yield f"{room}/ is not in the table"
    for room in told:
        if room not in listed:
            yield f"{room}/ is in the table, and not in layers"


def problems(root, name):
    document = pathlib.Path(name)
    text = (root / name).read_text()
    for word in words(text):
        if is_file(word) and not exists(root, root / document.parent, word.rstrip("/")):
            yield f"there is no {word}"
    yield from commands(root, text)
    yield from rooms(root, document, text)
    for link in re.findall(r"\]\(([\w./-]+)\)", text):
        if not (root / document.parent / link).exists():
            yield f"there is no {link}"


if __name__ == "__main__":
    top = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    found = [f"{name}: {p}" for name in DOCUMENTS for p in problems(top, name)]
    print("\n".join(found) or "docs: ok")
    sys.exit(bool(found))
