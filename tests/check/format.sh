#!/bin/sh
# usage: format.sh CLANG_FORMAT
# Fails when a C file differs from what .clang-format says. To mend it:
#   clang-format -i FILE...
cd "$(dirname "$0")/../.." || exit 1
find core cli tests -name '*.[ch]' -exec "$1" --dry-run -Werror {} + 2>/tmp/quiver-format.$$
status=$?
grep -a 'clang-formatted' /tmp/quiver-format.$$ | cut -d: -f1 | sort | uniq -c
rm -f /tmp/quiver-format.$$
[ $status = 0 ] && echo "format: ok"
exit $status
