"""Prints the n-th example of quiver-batch(1) as a script that runs against PEER.

batch_examples.py PAGE N PEER; without N and PEER: how many there are.
"""
import re
import sys

import page_examples

found = list(page_examples.texts(sys.argv[1]))
if len(sys.argv) == 2:
    print(len(found))
    sys.exit()
text = re.sub(r"https://(api\.example|example\.com)", sys.argv[3], found[int(sys.argv[2])])
print(text.replace("tail -f", "cat"))
