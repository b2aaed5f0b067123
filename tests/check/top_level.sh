#!/bin/sh
# Fails when the top folder holds something in git that does not belong there: what a
# shell has left behind is easily committed along.
set -u
allowed=" .ci .clang-format .clang-tidy .gitignore CMakeLists.txt CMakePresets.json CONTRIBUTING.md LICENSE README.md cli
cmake completions core man tests "
git rev-parse --git-dir >/dev/null 2>&1 || exit 0 # an archive
status=0
for name in $(git ls-files | cut -d/ -f1 | sort -u); do
    case " $(echo $allowed) " in
    *" $name "*) ;;
    *)
        echo "$name: it has no place in the top folder"
        status=1
        ;;
    esac
done
exit $status
