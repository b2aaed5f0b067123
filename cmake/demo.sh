#!/bin/sh
# usage: demo.sh QUIVER
# Starts quiver's embedded server on free ports and fetches a page from it over
# HTTP/1.1, HTTP/2 and HTTP/3. Fails when one of the three fetches does. Ends with
# where the program is, and what to try with it.
set -eu
quiver=$1
export QUIVER_CONFIG= # not that of whoever looks on
work=$(mktemp -d)
trap 'kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
server=''

mkdir "$work/www"
echo "Hello over whatever protocol you like." >"$work/www/hello.txt"
"$quiver" serve --port 0 --plain-port 0 --log none "$work/www" >"$work/out" &
server=$!
until [ "$(wc -l <"$work/out")" -ge 3 ]; do
    kill -0 "$server" || { echo "demo: the server did not start"; exit 1; }
    sleep 0.02
done
url=$(sed -n 's|^\(https://localhost:[0-9]*\).*|\1|p' "$work/out")/hello.txt
ca=$(sed -n 's|^--cacert ||p' "$work/out")

echo "\$ quiver serve DIR"
sed 's/^/  /' "$work/out"
for version in --http1.1 --http2 --http3-only; do
    echo
    echo "\$ quiver --cacert $ca $version -i $url"
    "$quiver" -sS --cacert "$ca" "$version" -i "$url" \
        -w '(HTTP/%{http_version} in %{time_total} s)\n' | sed 's/^/  /' >"$work/answer"
    cat "$work/answer"
    grep -q 'Hello over' "$work/answer"
done

# Relative to where the demo was started, if it was started there.
case $quiver in
"$PWD/"*) shown=${quiver#"$PWD/"} ;;
*) shown=$quiver ;;
esac
cat <<EOF

quiver is built: $shown
Three things to try:
  $shown -v https://example.com/ -o /dev/null       # what happens, and why
  $shown serve .                                    # this folder, over all three
  $shown help batch                                 # many requests at once
EOF
