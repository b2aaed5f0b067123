#!/usr/bin/env python3
"""A batch of any length passes in constant memory and answers every line once.

usage: batch.py --quiver PROGRAM --url URL --cacert FILE [--lines N] [--pipe]
                [--connections MAX] [--rss MIB] [-- OPTIONS OF quiver batch]

Writes N lines {"id":"uN","url":URL}, as a file or into a pipe, and reads the
records as they come: each must parse, be ok, and have an id that no other
record has; the ids must be those of the lines.  The connections that the
records name must be within the cap, and the program's peak of resident memory
within its bound.
"""
import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading


def lines(url, count):
    for first in range(0, count, 1000):
        last = min(first + 1000, count)
        yield "".join('{"id":"u%d","url":"%s"}\n' % (n, url)
                      for n in range(first, last)).encode()


def feed(pipe, url, count):
    try:
        with pipe:
            for block in lines(url, count):
                pipe.write(block)
    except BrokenPipeError:
        pass  # the program's exit status says why


def check_records(stream, count):
    seen = bytearray(count)
    connections = set()
    problems = []
    for number, line in enumerate(stream, 1):
        record = json.loads(line)
        place = int(record["id"][1:])
        if seen[place]:
            problems.append("line %d: id %s again" % (number, record["id"]))
        seen[place] = 1
        if record["exitcode"] or record["response_code"] != 200:
            problems.append("line %d: %s" % (number, line[:300]))
        connections.add(record["conn_id"])
        if len(problems) > 5:
            break
    missing = count - sum(seen)
    if missing:
        problems.append("%d ids are missing" % missing)
    return connections, problems


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--quiver", default=os.environ.get("QUIVER"))
    parser.add_argument("--url", required=True)
    parser.add_argument("--cacert", required=True)
    parser.add_argument("--lines", type=int, default=100000)
    parser.add_argument("--pipe", action="store_true")
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--rss", type=int, default=64)
    parser.add_argument("options", nargs="*")
    args = parser.parse_args()

    command = [args.quiver, "batch", "-s", "--cacert", args.cacert, *args.options]
    with tempfile.NamedTemporaryFile() as file:
        if not args.pipe:
            for block in lines(args.url, args.lines):
                file.write(block)
            file.flush()
            command.append(file.name)
        child = subprocess.Popen(command + (["-"] if args.pipe else []),
                                 stdin=subprocess.PIPE if args.pipe else subprocess.DEVNULL,
                                 stdout=subprocess.PIPE)
        if args.pipe:
            threading.Thread(target=feed, args=(child.stdin, args.url, args.lines),
                             daemon=True).start()
        connections, problems = check_records(child.stdout, args.lines)
        child.stdout.close()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    rss = usage.ru_maxrss / 1024
    cpu = usage.ru_utime + usage.ru_stime
    print("%d lines, exit %d, %d connections, %.1f MiB, %.1f us of CPU each" %
          (args.lines, child.returncode, len(connections), rss, cpu * 1e6 / args.lines))
    if child.returncode:
        problems.append("exit status %d" % child.returncode)
    if len(connections) > args.connections:
        problems.append("%d connections" % len(connections))
    if rss > args.rss:
        problems.append("%.1f MiB of memory" % rss)
    for problem in problems:
        print("WRONG: " + problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
