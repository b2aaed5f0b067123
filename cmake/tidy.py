#!/usr/bin/env python3
"""usage: tidy.py CACHE ROOT BUILD SOURCE CLANG_TIDY OPTION...

Runs clang-tidy over one file, unless it has found nothing before in the very same text:
what the preprocessor makes of the file, with comments and macros, where ROOT is left
out of the paths. What was clean stays in CACHE as an empty file named by its hash, so
that a second clone, or a branch that is merged, costs a tenth.
"""
import hashlib
import json
import os
import pathlib
import shlex
import subprocess
import sys
import time

SEEN_FOR = 14 * 24 * 3600  # seconds after its last use that an entry may be removed


def expanded(build, source):
    """What the compiler sees of it; None: it is not in the database, or bad."""
    with open(build + "/compile_commands.json", encoding="utf-8") as file:
        entry = next((e for e in json.load(file) if e["file"] == source), None)
    if entry is None:
        return None
    words = shlex.split(entry["command"])
    if os.path.basename(words[0]) == "ccache":
        del words[0]
    at = words.index("-o")
    del words[at:at + 2]
    words[words.index("-c")] = "-E"
    done = subprocess.run([*words, "-C", "-dD"], cwd=entry["directory"], capture_output=True, check=False)
    return None if done.returncode else shlex.join(words).encode() + done.stdout


def key(root, build, source, command):
    text = expanded(build, source)
    if text is None:
        return None
    tool = os.stat(command[0])
    digest = hashlib.sha256(text.replace(root.encode(), b""))
    digest.update(f"{tool.st_size} {tool.st_mtime_ns} {command[1:]}".replace(root, "").encode())
    digest.update(pathlib.Path(root, ".clang-tidy").read_bytes())
    return digest.hexdigest()


def main(cache, root, build, source, *command):
    name = key(root, build, source, command)
    seen = pathlib.Path(cache, name) if name else None
    if not (seen and seen.exists()):
        status = subprocess.run([*command, source], check=False).returncode
        if status or not seen:
            return status
        seen.parent.mkdir(parents=True, exist_ok=True)
    seen.touch()
    return 0


def prune(cache):
    """Of what nobody has asked for in a while."""
    for entry in os.scandir(cache) if os.path.isdir(cache) else ():
        if entry.stat().st_mtime < time.time() - SEEN_FOR:
            os.unlink(entry.path)


if __name__ == "__main__":
    sys.exit(prune(sys.argv[1]) if len(sys.argv) == 2 else main(*sys.argv[1:]))
