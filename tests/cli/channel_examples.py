"""Runs the examples of quiver-channel(1) and compares what they print with the page.

channel_examples.py PAGE SECURE PLAIN CA: `quiver` is looked for in PATH; the URLs of
two servers stand in for https://example.com and http://example.com.
"""
import re
import subprocess
import sys

page, secure, plain, ca = sys.argv[1:]
text = open(page).read()
part = text[text.index(".Sh EXAMPLES"):text.index(".Sh SEE ALSO")]
found = re.findall(r"\.Bd -literal[^\n]*\n(.*?)\n\.Ed", part, re.S)
for example in found:
    for escape, char in (("\\(aq", "'"), ("\\(dq", '"'), ("\\(ha", "^"), ("\\(ti", "~"),
                         ("\\-", "-"), ("\\&", ""), ("\\e", "\\")):
        example = example.replace(escape, char)
    lines = example.splitlines()
    command = [lines.pop(0)[2:]]
    while command[-1].endswith(("\\", "|")):
        command.append(lines.pop(0))
    shown = "\n".join(lines) + "\n"
    script = "\n".join(command)
    script = re.sub(r"quiver (ws|channel)", rf"quiver \1 --cacert {ca}", script)
    script = script.replace("wss://example.com", secure.replace("https", "wss"))
    script = script.replace("https://example.com", secure).replace("http://example.com", plain)
    ran = subprocess.run(["bash", "-c", script], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT, text=True, check=False)
    if ran.returncode or ran.stdout != shown:
        sys.exit(f"NOT AS SHOWN ({ran.returncode}):\n{script}\n{ran.stdout}")
print(len(found))
