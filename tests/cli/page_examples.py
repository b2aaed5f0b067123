"""The examples of a man page: what is typed, and what the page says is printed."""
import re
import subprocess
import sys

ROFF = (("\\(aq", "'"), ("\\(dq", '"'), ("\\(ha", "^"), ("\\(ti", "~"), ("\\-", "-"), ("\\&", ""), ("\\e", "\\"))


def texts(path):
    """Each block of the page's EXAMPLES, as it is read."""
    with open(path, encoding="utf-8") as f:
        page = f.read()
    part = page[page.index(".Sh EXAMPLES"):page.index(".Sh SEE ALSO")]
    for text in re.findall(r"\.Bd -literal[^\n]*\n(.*?)\n\.Ed", part, re.S):
        for escape, char in ROFF:
            text = text.replace(escape, char)
        yield text


def is_command(line, before):
    """Behind a prompt, or what goes on from such a line."""
    return line.startswith("$ ") or before and (before[-1].endswith(("\\", "|")) or line.startswith("  "))


def all_of(path):
    """(the script, the lines that it prints) of each."""
    for text in texts(path):
        command, shown = [], []
        for line in text.splitlines():
            if not shown and is_command(line, command):
                command.append(line.removeprefix("$ "))
            else:
                shown.append(line)
        yield "\n".join(command), shown


def run(script):
    return subprocess.run(["bash", "-c", script], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)


def check(path, prepare, even=lambda text: text.rstrip("\n"), may_fail=False):
    """Runs what prepare() makes of each, ends at the first that prints something else, and
    tells how many there are; even() takes away what is different in each run."""
    n = 0
    for script, shown in all_of(path):
        script = prepare(script)
        ran = run(script)
        if ran.returncode and not may_fail or even(ran.stdout) != even("\n".join(shown)):
            sys.exit(f"NOT AS SHOWN ({ran.returncode}):\n{script}\n{ran.stdout}")
        n += 1
    print(n)
