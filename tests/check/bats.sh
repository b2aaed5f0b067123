#!/bin/sh
# Fails on lines of bats tests that cannot fail: bash -e looks past a command behind "!",
# and past all but the last of "a && b", unless it is the last of its function.
set -u
awk '
    held != "" && !/^}/ {
        print held
        bad = 1
    }
    { held = "" }
    /^ +! / && !/\|\|/ || /^ +\[\[? [^|]* \]\]? && \[\[? [^|]* \]\]?$/ { held = FILENAME ":" FNR ": " $0 }
    END { exit bad }
' tests/cli/*.bats tests/cli/*.bash
