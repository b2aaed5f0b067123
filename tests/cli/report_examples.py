"""Runs the examples of quiver-report(1), one after the other in one folder, and compares
what they print with the page.

report_examples.py PAGE SERVER: `quiver` is looked for in PATH; SERVER stands in for
https://api.example.
"""
import re
import subprocess
import sys

page, server = sys.argv[1:]
text = open(page, encoding="utf-8").read()
part = text[text.index(".Sh EXAMPLES"):text.index(".Sh SEE ALSO")]
found = re.findall(r"\.Bd -literal[^\n]*\n(.*?)\n\.Ed", part, re.S)
for example in found:
    for escape, char in (("\\(aq", "'"), ("\\(dq", '"'), ("\\(ha", "^"), ("\\(ti", "~"),
                         ("\\-", "-"), ("\\&", ""), ("\\e", "\\")):
        example = example.replace(escape, char)
    command, shown = [], []
    for line in example.splitlines():
        is_more = command and not shown and (line.startswith("  ") or command[-1].endswith("|"))
        if line.startswith("$ ") or is_more:
            command.append(re.sub(r"^\$ ", "", line))
        else:
            shown.append(line)
    script = "\n".join(command).replace("https://api.example", server)
    ran = subprocess.run(["bash", "-c", script], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT, text=True, check=False)
    if ran.returncode or ran.stdout != "\n".join(shown) + "\n":
        sys.exit(f"NOT AS SHOWN ({ran.returncode}):\n{script}\n{ran.stdout}")
print(len(found))
