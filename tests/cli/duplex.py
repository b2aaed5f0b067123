"""Runs a command with a pipe at both ends: a producer that trickles, and a reader that stops.

duplex.py [--pieces N] [--size BYTES] [--fill] [--leave] [--beside PID] COMMAND...

The reader takes the first bytes of the command's output and then none until the
producer has written N more pieces, one after the other; with --fill it writes until the command has taken nothing for a second, and it
is an error if that never comes.  Then the input ends, and the reader takes
the rest, or with --leave closes its end.

Prints one line: exit STATUS in SHA out SHA grew KIB beside KIB, where KIB is the
growth of the resident memory of the command, and of the process PID, while the
reader stood still.
"""
import argparse
import hashlib
import os
import select
import subprocess
import sys
import time

PATIENCE = 60  # s: then the command hangs
ENOUGH = 128 << 20  # bytes that nothing may take whose output is not read


def resident(pid):
    with open(f"/proc/{pid}/status") as f:
        return next(int(line.split()[1]) for line in f if line.startswith("VmRSS"))


class Producer:
    def __init__(self, file, size):
        self.file, self.size = file, size
        self.sha = hashlib.sha256()
        self.sent = 0
        self.rest = b""  # of a piece that was not taken whole
        os.set_blocking(file.fileno(), False)

    def piece(self):
        line = b"%015d\n" % (self.sent // self.size)
        return (line * (self.size // len(line) + 1))[: self.size]

    def write(self, patience=PATIENCE):
        """A piece; False: it is not taken within so many seconds."""
        left = self.piece()
        self.sent += len(left)
        self.sha.update(left)
        while left:
            if not select.select([], [self.file], [], patience)[1]:
                self.rest = left
                return False
            left = left[self.file.write(left):]
        # The command shall find its input empty between two pieces.
        time.sleep(0.0002)
        return True

    def fill(self):
        while self.write(1):
            if self.sent > ENOUGH:
                sys.exit(f"{self.sent} bytes were taken while nobody read")

    def finish(self):
        """What is left of the last piece, as far as there is room, and then the end."""
        if self.rest:
            self.rest = self.rest[self.file.write(self.rest):]
        if not self.rest:
            self.file.close()


def drain(out, producer, sha):
    while True:
        writers = [] if producer.file.closed else [producer.file]
        readable, writable, _ = select.select([out], writers, [], PATIENCE)
        if not readable and not writable:
            sys.exit("nothing moves any more")
        if writable:
            producer.finish()
        if readable:
            piece = out.read(1 << 20)
            if not piece:
                return
            sha.update(piece)


def play(o, child):
    """What is printed."""
    producer, out = Producer(child.stdin, o.size), child.stdout
    sha = hashlib.sha256()
    producer.write()
    if not select.select([out], [], [], PATIENCE)[0]:
        sys.exit("no output")
    sha.update(out.read(65536))
    watched = child.pid, o.beside or child.pid
    before = [resident(pid) for pid in watched]
    if o.fill:
        producer.fill()
    else:
        for _ in range(o.pieces):
            if not producer.write():
                sys.exit("the input is not taken")
    grew = [resident(pid) - kib for pid, kib in zip(watched, before)]
    if o.leave:
        out.close()
        producer.finish()
    else:
        drain(out, producer, sha)
    status = child.wait(PATIENCE)
    return (f"exit {status} in {producer.sha.hexdigest()[:16]} out {sha.hexdigest()[:16]} "
            f"grew {grew[0]} beside {grew[1]}")


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--pieces", type=int, default=1000)
    p.add_argument("--size", type=int, default=1)
    p.add_argument("--fill", action="store_true")
    p.add_argument("--leave", action="store_true")
    p.add_argument("--beside", type=int)
    p.add_argument("command", nargs=argparse.REMAINDER)
    o = p.parse_args()
    child = subprocess.Popen(o.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
    try:
        print(play(o, child))
    finally:
        child.kill()  # does nothing to one that has ended
        child.wait()


main()
