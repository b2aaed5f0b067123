"""Runs the examples of quiver-channel(1) and compares what they print with the page.

channel_examples.py PAGE SECURE PLAIN CA: `quiver` is looked for in PATH; the URLs of
two servers stand in for https://example.com and http://example.com.
"""
import re
import sys

import page_examples

page, secure, plain, ca = sys.argv[1:]


def prepare(script):
    script = re.sub(r"quiver (ws|channel)", rf"quiver \1 --cacert {ca}", script)
    script = script.replace("wss://example.com", secure.replace("https", "wss"))
    return script.replace("https://example.com", secure).replace("http://example.com", plain)


page_examples.check(page, prepare)
