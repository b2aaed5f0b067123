#!/usr/bin/env python3
"""nursery.py SCRIPT FIFO: starts SCRIPT many times, and pays for its imports once.

A request comes through FIFO, as fields that end with a zero byte: OUT, then the
arguments, then an empty one.  For each a process is forked, whose output is the file
OUT and its errors OUT.err, and which calls run(ARGUMENTS) of SCRIPT; OUT.pid gets its
number before.  If SCRIPT has prepare(), that is called once.  Whoever is left at
SIGTERM is ended, too.
"""
import gc
import importlib.util
import os
import signal
import sys


def load(path):
    sys.path.insert(0, os.path.dirname(path))
    spec = importlib.util.spec_from_file_location("script", path)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    getattr(script, "prepare", lambda: None)()
    return script


def requests(fifo):
    fields, begun = [], b""
    while True:
        *whole, begun = (begun + os.read(fifo, 65536)).split(b"\0")
        for field in whole:
            if field:
                fields.append(field.decode())
            elif fields:
                yield fields
                fields = []


def bear(script, out, arguments):
    """In the child."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for number, name in (1, out), (2, out + ".err"):
        file = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(file, number)
        os.close(file)
    with open(out + ".pid", "w") as file:
        file.write(f"{os.getpid()}\n")
    script.run(arguments)


def main(path, fifo):
    children = set()

    def living():
        return {pid for pid in children if os.waitpid(pid, os.WNOHANG) == (0, 0)}

    def end(*_):
        for pid in living():
            os.kill(pid, signal.SIGTERM)
        os._exit(0)

    script = load(path)
    # What was imported is no garbage: who looks for some does not visit, and so copy, it.
    gc.freeze()
    signal.signal(signal.SIGTERM, end)
    # For writing as well: so there is no end of file between two writers.
    for out, *arguments in requests(os.open(fifo, os.O_RDWR)):
        children = living()
        pid = os.fork()
        if pid == 0:
            bear(script, out, arguments)
            return
        children.add(pid)


main(*sys.argv[1:])
