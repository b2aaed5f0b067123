"""Runs the examples of quiver-ping(1) or quiver-probe(1) and compares what they print with
the page, but for times, addresses and the like.

probe_examples.py PAGE SERVER CA: `quiver` is looked for in PATH; SERVER stands in for
https://www.example.com.
"""
import re
import subprocess
import sys

page, server, ca = sys.argv[1:]
text = open(page).read()
part = text[text.index(".Sh EXAMPLES"):text.index(".Sh SEE ALSO")]


def even(shown):
    """What differs from run to run is made the same."""
    shown = shown.replace("https://www.example.com", server)
    for pattern, to in ((r"192\.0\.2\.1:443|127\.0\.0\.1:\d+|\[::1\]:\d+", "ADDR"),
                        (r"= [\d.]+/[\d.]+/[\d.]+/[\d.]+ ms", "= TIMES ms"),
                        (r"\b\d+\.\d+ ms", "TIME ms"),
                        (r", (quiver|example)/[\d.]+$", ", SERVER"),
                        (r"in \d+\.\d s", "in TIME s")):
        shown = re.sub(pattern, to, shown, flags=re.M)
    return "\n".join(line.rstrip() for line in shown.rstrip("\n").splitlines())


found = re.findall(r"\.Bd -literal[^\n]*\n(.*?)\n\.Ed", part, re.S)
for example in found:
    for escape, char in (("\\(aq", "'"), ("\\(dq", '"'), ("\\(ha", "^"), ("\\(ti", "~"),
                         ("\\-", "-"), ("\\&", ""), ("\\e", "\\")):
        example = example.replace(escape, char)
    lines = example.splitlines()
    command = []
    while lines and (lines[0].startswith("$ ") or (command and command[-1].endswith(("\\", "|")))):
        command.append(re.sub(r"^\$ ", "", lines.pop(0)))
    script = "\n".join(command)
    script = re.sub(r"quiver (ping|probe)", rf"quiver \1 --cacert {ca}", script)
    script = script.replace("https://www.example.com", server)
    ran = subprocess.run(["bash", "-c", script], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT, text=True, check=False)
    if even(ran.stdout) != even("\n".join(lines)):
        sys.exit(f"NOT AS SHOWN ({ran.returncode}):\n{script}\n{ran.stdout}")
print(len(found))
