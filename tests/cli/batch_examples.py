"""Prints the n-th example of quiver-batch(1) as a script that runs against PEER.

batch_examples.py PAGE N PEER; without N and PEER: how many there are.
"""
import re
import sys

page = open(sys.argv[1]).read()
part = page[page.index(".Sh EXAMPLES"):page.index(".Sh SEE ALSO")]
found = re.findall(r"\.Bd -literal[^\n]*\n(.*?)\n\.Ed", part, re.S)
if len(sys.argv) == 2:
    print(len(found))
    sys.exit()
text = found[int(sys.argv[2])]
for escape, char in (("\\(aq", "'"), ("\\(dq", '"'), ("\\(ha", "^"),
                     ("\\(ti", "~"), ("\\-", "-"), ("\\&", ""), ("\\e", "\\")):
    text = text.replace(escape, char)
text = re.sub(r"https://(api\.example|example\.com)", sys.argv[3], text)
print(text.replace("tail -f", "cat"))
