"""Runs the examples of quiver-tunnel(1) and compares what they print with the page.

tunnel_examples.py PAGE PROXY ECHO CA: `quiver` is looked for in PATH; a server that opens
tunnels to ECHO, host:port of an echo, stands in for https://proxy.example.
"""
import re
import subprocess
import sys

page, proxy, echo, ca = sys.argv[1:]
text = open(page).read()
part = text[text.index(".Sh EXAMPLES"):text.index(".Sh SEE ALSO")]
found = re.findall(r"\.Bd -literal[^\n]*\n(.*?)\n\.Ed", part, re.S)
for example in found:
    for escape, char in (("\\(aq", "'"), ("\\(dq", '"'), ("\\(ha", "^"), ("\\(ti", "~"),
                         ("\\-", "-"), ("\\&", ""), ("\\e", "\\")):
        example = example.replace(escape, char)
    lines = example.splitlines()
    command = []
    while lines and (lines[0].startswith("$ ") or (command and command[-1].endswith(("\\", "|")))):
        command.append(re.sub(r"^\$ ", "", lines.pop(0)))
    shown = "\n".join(lines) + "\n"
    script = "\n".join(command)
    if "ssh" not in script:
        script = re.sub(r"quiver tunnel (udp|tcp)", rf"quiver tunnel \1 --cacert {ca}", script)
        script = script.replace("https://proxy.example", proxy).replace("echo.example:7", echo)
    ran = subprocess.run(["bash", "-c", script], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT, text=True, check=False)
    if ran.returncode or ran.stdout.rstrip("\n") != shown.rstrip("\n"):
        sys.exit(f"NOT AS SHOWN ({ran.returncode}):\n{script}\n{ran.stdout}")
print(len(found))
