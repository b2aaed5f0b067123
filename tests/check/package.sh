#!/bin/bash
# usage: tests/check/package.sh FOLDER
# Fails when the packages in FOLDER (what cpack has made) are not what is to be passed on:
# too large, not stripped, in need of more than an old C library, or short of a file.
set -u
folder=$(cd "$1" && pwd) || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

SIZE_MAX=6000000
GLIBC_MAX=2.34 # RHEL 9's and older than Ubuntu 22.04's; below it pthread is another library

complain() {
    echo "$*"
    failed=1
}

one() {
    local found=("$folder"/*"$1")
    [ ${#found[@]} = 1 ] && [ -f "${found[0]}" ] || { complain "not one *$1 in $folder"; exit 1; }
    printf '%s' "${found[0]}"
}

mkdir "$work/tar" "$work/deb"
tar -C "$work/tar" --strip-components=1 -xzf "$(one .tar.gz)" || exit 1
root=$work/tar
program=$root/bin/quiver

# ---- the program ----

size=$(stat -c %s "$program") || exit 1
[ "$size" -le $SIZE_MAX ] || complain "the program has $size bytes; $SIZE_MAX are enough"
readelf -SW "$program" | grep -qE ' \.(symtab|debug_info) ' && complain "the program is not stripped"
newest=$(objdump -T "$program" | grep -oE 'GLIBC_[0-9.]+' | sort -uV | tail -n 1)
if [ "$(printf '%s\n' "GLIBC_$GLIBC_MAX" "$newest" | sort -V | tail -n 1)" != "GLIBC_$GLIBC_MAX" ]; then
    complain "the program needs $newest, for:"
    objdump -T "$program" | grep -F "$newest"
fi
needed=$(readelf -dW "$program" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | grep -vE '^(libc|ld-linux-[a-z0-9-]+)\.so\.')
[ -z "$needed" ] || complain "the program needs more than the C library: $needed"

# ---- what comes with it ----

for file in share/man/man1/quiver.1.gz share/man/man5/quiver-config.5.gz share/man/man7/quiver-exit-codes.7.gz \
    share/bash-completion/completions/quiver share/zsh/site-functions/_quiver \
    share/fish/vendor_completions.d/quiver.fish share/quiver/grafana-dashboard.json \
    share/doc/quiver/copyright share/doc/quiver/LICENSE share/doc/quiver/README.md \
    share/doc/quiver/licences/unistring; do
    [ -s "$root/$file" ] || complain "$file is missing"
done
# Whatever the program says that it is made of has its licence there.
version=$("$program" version --json) || complain "version --json failed"
libraries=$(printf '%s' "$version" | sed 's/.*"libraries":{//; s/}.*//' | grep -oE '"[^"]+":' | tr -d '":')
[ "$(printf '%s\n' "$libraries" | wc -l)" -ge 10 ] || complain "which libraries? $version"
for library in $libraries; do
    name=${library,,}
    [ "$name" = libidn2 ] && name=idn2
    [ "$name" = libpsl ] && name=psl
    [ "$name" = c-ares ] && name=cares
    [ -s "$root/share/doc/quiver/licences/$name" ] || complain "no licence of $library"
done

# ---- the .deb: the same files, and what it depends on ----

if command -v dpkg-deb >/dev/null; then
    deb=$(one .deb)
    dpkg-deb -x "$deb" "$work/deb" || exit 1
    diff -r "$root" "$work/deb/usr" || complain "the .deb and the .tar.gz differ"
    dpkg-deb -f "$deb" Depends | grep -qx "libc6 (>= $GLIBC_MAX)" || complain "the .deb depends on: $(dpkg-deb -f "$deb" Depends)"
fi

[ $failed = 0 ] && echo "$size bytes, $newest, licences of" $libraries
exit $failed
