"""Runs a command on a terminal of a given size, as an emulator shows it.

screen.py COLUMNSxROWS COMMAND... < SCRIPT: a line of the script is one of

    see REGEX         wait until a line of the screen matches
    gone REGEX        wait until none does
    resize CxR        lines that are too long are wrapped anew, as most terminals do
    run COMMAND       a shell's, to its end
    show              print the screen (between lines of =)
    interrupt         SIGINT, as Ctrl-C

The command's standard output and error are the terminal; --err: its error alone.  At
the end all that is left of it is printed, scrolled lines too.  The exit status is the
command's.  The emulator knows what quiver sends: text, CR, LF, cursor up, erase below,
colours.  Anything else is an error.
"""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
import unicodedata

PATIENCE = 60  # seconds, of a busy machine


class Screen:
    """Logical lines, each cut into rows of the width: so a resize wraps them anew."""

    def __init__(self, columns, rows):
        self.columns, self.rows = columns, rows
        self.lines = [""]  # the last is where the cursor is, unless `up`
        self.up = 0  # logical line of the cursor, from the end
        self.at = 0
        self.rest = b""
        self.colours = set()
        self.colour = "0"

    def height(self, line):
        return max(1, -(-len(line) // self.columns))

    def feed(self, data):
        data = self.rest + data
        try:
            text, self.rest = data.decode(), b""
        except UnicodeDecodeError as e:
            text, self.rest = data[: e.start].decode(), data[e.start :]
            if len(self.rest) > 3:
                raise
        cut = re.search(r"\x1b(\[[0-9;]*)?$", text)
        if cut:
            self.rest = text[cut.start() :].encode() + self.rest
            text = text[: cut.start()]
        for token in re.findall(r"\x1b\[[0-9;]*[A-Za-z]|[\x00-\x1f\x7f]|[^\x00-\x1f\x7f]+", text):
            self.take(token)

    def take(self, token):
        i = len(self.lines) - 1 - self.up
        if token == "\n":
            if self.up:
                self.up -= 1
            else:
                self.lines.append("")
            self.at = 0
        elif token == "\r":
            self.at -= self.at % self.columns
        elif token == "\t":
            self.take(" " * (8 - self.at % 8))
        elif token.endswith("A") and token[0] == "\x1b":
            self.move_up(int(token[2:-1]))
        elif token == "\x1b[J":
            del self.lines[i + 1 :]
            self.lines[i] = self.lines[i][: self.at]
            self.up = 0
        elif token.endswith("m") and token[0] == "\x1b":
            self.colour = token[2:-1]
            self.colours.add(self.colour)
        elif token[0] < " " or token[0] == "\x7f":
            sys.exit(f"the terminal was sent {token!r}")
        else:
            assert not any(unicodedata.category(c) in ("Cc", "Cf") for c in token), token
            line = self.lines[i]
            self.lines[i] = line[: self.at].ljust(self.at) + token + line[self.at + len(token) :]
            self.at += len(token)

    def move_up(self, rows):
        """Up so many rows of the screen, and not beyond its first."""
        rows = min(rows, len(self.visible()) - 1)
        i = len(self.lines) - 1 - self.up
        while rows > 0:
            i -= 1
            rows -= self.height(self.lines[i])
        # Within a wrapped line: what is above stays.
        self.at = -rows * self.columns
        self.up = len(self.lines) - 1 - i

    def visible(self):
        rows = []
        for line in self.lines:
            n = self.height(line)
            rows += [line[k * self.columns : (k + 1) * self.columns] for k in range(n)]
        return rows[-self.rows :]


args = sys.argv[1:]
only_err = args[0] == "--err"
args = args[only_err:]
columns, rows = map(int, args[0].split("x"))
command = args[1:]
master, slave = pty.openpty()
screen = Screen(columns, rows)


def resize(columns, rows):
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    screen.columns, screen.rows = columns, rows


resize(columns, rows)
os.environ.setdefault("TERM", "xterm")
for name in ("COLUMNS", "LINES", "TMUX", "XTERM_VERSION"):
    os.environ.pop(name, None)
pid = os.fork()
if pid == 0:
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # whatever a shell in the background has done
    os.dup2(slave, 2)
    if not only_err:
        os.dup2(slave, 1)
    os.closerange(3, 256)
    os.execvp(command[0], command)


def read(timeout):
    if select.select([master], [], [], timeout)[0]:
        screen.feed(os.read(master, 65536).replace(b"\r\n", b"\n"))
        return True
    return False


def fail(why):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    print("\n".join(screen.lines))
    sys.exit(f"NOT SEEN: {why}")


def is_seen(pattern):
    return any(re.search(pattern, line) for line in screen.visible())


def wait_for(what, test):
    end = time.monotonic() + PATIENCE
    while not test():
        if time.monotonic() > end or not read(1) and os.waitid(
            os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT
        ):
            if not test():
                fail(what)


for line in [] if sys.stdin.isatty() else sys.stdin.read().splitlines():
    verb, _, rest = line.partition(" ")
    if verb == "see":
        wait_for(rest, lambda: is_seen(rest))
    elif verb == "gone":
        wait_for(f"the end of {rest}", lambda: not is_seen(rest))
    elif verb == "resize":
        while read(0):
            pass
        resize(*map(int, rest.split("x")))
        os.kill(pid, signal.SIGWINCH)
    elif verb == "run":
        subprocess.run(rest, shell=True, check=True)
    elif verb == "interrupt":
        os.kill(pid, signal.SIGINT)
    elif verb == "show":
        print("=" * screen.columns)
        print("\n".join(screen.visible()))
        print("=" * screen.columns)
    else:
        sys.exit(f"what is {verb}?")
end = time.monotonic() + PATIENCE
status = None
while status is None:
    read(0.05)
    done, code = os.waitpid(pid, os.WNOHANG)
    if done:
        status = code
    elif time.monotonic() > end:
        fail("the end")
while read(0):
    pass
print("\n".join(screen.lines))
if screen.colour != "0":
    sys.exit(f"the terminal is left with the colour {screen.colour}")
if os.environ.get("SCREEN_COLOURS"):
    print("colours:", " ".join(sorted(screen.colours)) or "none")
sys.exit(os.waitstatus_to_exitcode(status) & 255)
