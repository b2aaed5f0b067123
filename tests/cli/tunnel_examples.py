"""Runs the examples of quiver-tunnel(1) and compares what they print with the page.

tunnel_examples.py PAGE PROXY ECHO CA: `quiver` is looked for in PATH; a server that opens
tunnels to ECHO, host:port of an echo, stands in for https://proxy.example.
"""
import re
import sys

import page_examples

page, proxy, echo, ca = sys.argv[1:]


def prepare(script):
    if "ssh" in script:
        return script
    script = re.sub(r"quiver tunnel (udp|tcp)", rf"quiver tunnel \1 --cacert {ca}", script)
    return script.replace("https://proxy.example", proxy).replace("echo.example:7", echo)


page_examples.check(page, prepare)
