# What the tests of batch share.

batch() {
    "${QUIVER:?}" batch "$@"
}

# jq is not everywhere: `field FILE EXPRESSION` prints it for each record r.
field() {
    "$PYTHON" -c 'import json, sys
for line in open(sys.argv[1]):
    r = json.loads(line)
    print(eval(sys.argv[2]))' "$1" "$2"
}
