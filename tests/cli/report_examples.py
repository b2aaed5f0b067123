"""Runs the examples of quiver-report(1), one after the other in one folder, and compares
what they print with the page.

report_examples.py PAGE SERVER: `quiver` is looked for in PATH; SERVER stands in for
https://api.example.
"""
import sys

import page_examples

page, server = sys.argv[1:]
page_examples.check(page, lambda script: script.replace("https://api.example", server))
