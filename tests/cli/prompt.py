"""Drives a command in a terminal of its own, as a person would.

prompt.py COLUMNS COMMAND... < SCRIPT: the exit status is the command's, and what the
terminal got is printed. A line of the script is one of

    type TEXT     with Enter behind it          see REGEX     wait until that is shown
    keys TEXT     as it is; \\t, \\x04 ... work      resize N      to so many columns
    none REGEX    that was never shown
    file NAME N   wait until it has N lines; nothing of the terminal is read meanwhile
"""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time

PATIENCE = 60  # seconds, of a busy machine

columns, command = int(sys.argv[1]), sys.argv[2:]
master, slave = pty.openpty()


def resize(n):
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, n, 0, 0))


resize(columns)
before = termios.tcgetattr(slave)
pid = os.fork()
if pid == 0:
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # whatever a shell in the background has done
    for fd in range(3):
        os.dup2(slave, fd)
    os.closerange(3, 256)
    os.execvp(command[0], command)

shown = b""
seen = 0
status = None


def read(timeout):
    global shown
    if select.select([master], [], [], timeout)[0]:
        shown += os.read(master, 65536)
        return True
    return False


def has_ended():
    global status
    if status is None:
        done, code = os.waitpid(pid, os.WNOHANG)
        status = code if done else None
    return status is not None


def wait_for(regex):
    global seen
    end = time.monotonic() + PATIENCE
    while True:
        is_last = has_ended()  # and all that it wrote is there
        while read(0) and is_last:
            pass
        match = re.search(regex.encode(), shown[seen:])
        if match:
            seen += match.end()
            return
        if is_last or time.monotonic() > end:
            fail(regex)
        read(1)


def fail(why):
    if not has_ended():
        os.kill(pid, signal.SIGKILL)
    sys.stdout.buffer.write(shown)
    sys.stdout.flush()
    sys.exit(f"\nNOT SEEN: {why}")


for line in sys.stdin.read().splitlines():
    verb, _, rest = line.partition(" ")
    if verb == "type":
        os.write(master, rest.encode() + b"\r")
    elif verb == "keys":
        os.write(master, rest.encode().decode("unicode_escape").encode("latin-1"))
    elif verb == "resize":
        resize(int(rest))
        os.kill(pid, signal.SIGWINCH)
    elif verb == "none":
        if re.search(rest.encode(), shown):
            fail(f"the absence of {rest}")
    elif verb == "file":
        name, n = rest.split()
        end = time.monotonic() + PATIENCE
        while open(name, "rb").read().count(b"\n") < int(n):
            if time.monotonic() > end or has_ended():
                fail(rest)
            time.sleep(0.05)
    elif verb == "see":
        wait_for(rest)
    else:
        sys.exit(f"what is {verb}?")
end = time.monotonic() + PATIENCE
while not has_ended():
    read(0.05)
    if time.monotonic() > end:
        fail("the end")
while read(0):
    pass
sys.stdout.buffer.write(shown)
sys.stdout.flush()
if termios.tcgetattr(slave) != before:
    sys.exit("the terminal is not as it was")
sys.exit(os.waitstatus_to_exitcode(status) & 255)
