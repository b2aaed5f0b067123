"""Runs the examples of quiver-ping(1) or quiver-probe(1) and compares what they print with
the page, but for times, addresses and the like.

probe_examples.py PAGE SERVER CA: `quiver` is looked for in PATH; SERVER stands in for
https://www.example.com.
"""
import re
import sys

import page_examples

page, server, ca = sys.argv[1:]


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


def prepare(script):
    script = re.sub(r"quiver (ping|probe)", rf"quiver \1 --cacert {ca}", script)
    return script.replace("https://www.example.com", server)


page_examples.check(page, prepare, even, may_fail=True)
