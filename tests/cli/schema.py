"""Holds JSON against `quiver help json-schema`, more strictly than the schema
itself: a member that it does not describe is an error, too.

    schema.py SCHEMA NAME FILE...         each line is such an object
    schema.py SCHEMA --made FOLDER...     each line in any file there that quiver
                                          has written
    schema.py SCHEMA --seen NAME FILE...  the same, and every described member
                                          of NAME and below has been there
"""
import json
import os
import re
import sys

TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}
seen = set()
elsewhere = {("record", "ftp_entry_path"), ("record", "curl_version")}  # of -w


class Wrong(Exception):
    pass


def is_type(value, name):
    if name == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if name == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return isinstance(value, TYPES[name])


def check_object(value, schema, where, name):
    for member in schema.get("required", []):
        if member not in value:
            raise Wrong(f"{where}: no {member}")
    for member, content in value.items():
        if member in schema.get("properties", {}):
            seen.add((name, member))
            check(content, schema["properties"][member], f"{where}.{member}")
        elif any(re.search(p, member) for p in schema.get("patternProperties", {})):
            for pattern, part in schema["patternProperties"].items():
                if re.search(pattern, member):
                    check(content, part, f"{where}.{member}")
        elif "additionalProperties" in schema:
            check(content, schema["additionalProperties"], f"{where}.{member}")
        elif "properties" in schema:
            raise Wrong(f"{where}: {member} is not described")


def check_any(value, schemas, where):
    reasons = []
    for one in schemas:
        try:
            return check(value, one, where)
        except Wrong as reason:
            reasons.append(str(reason))
    raise Wrong("; ".join(reasons))


def check(value, schema, where, name=None):
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return check(value, defs[name], where, name)
    if "anyOf" in schema:
        return check_any(value, schema["anyOf"], where)
    if "enum" in schema and value not in schema["enum"]:
        raise Wrong(f"{where}: {value!r} is none of {schema['enum']}")
    names = schema.get("type", [])
    names = [names] if isinstance(names, str) else names
    if names and not any(is_type(value, n) for n in names):
        raise Wrong(f"{where}: {value!r} is no {names}")
    if isinstance(value, dict) and "object" in names:
        check_object(value, schema, where, name)
    if isinstance(value, list) and "items" in schema:
        for i, item in enumerate(value):
            check(item, schema["items"], f"{where}[{i}]")
    return None


def check_file(name, path):
    with open(path, encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            check(json.loads(line), {"$ref": "#/$defs/" + name}, f"{path}:{number}")


# How a line begins, and what else is in it.
MADE = [
    ("record", rb'{"v":1,"id":', b'"urlnum":', b'"time_posttransfer":'),
    ("explanation", rb'{"v":1,"url":', b'"causes":', b'"explain":'),
    ("summary", rb'{"v":1,"started":', b'"by_exitcode":'),
    ("stats", rb'{"v":1,"elapsed":', b'"origins":'),
    ("probe", rb'{"url":"[^"]*","dns":\[', b'"verdict":'),
    ("ping_event", rb'{"kind":"(open","by|answer","seq|late","seq|loss","seq|down","code|summary","sent)":'),
    ("channel_event", rb'{"t":[0-9.]+,"dir":"(in|out)","kind":"'),
    ("stream_event", rb'{"t":[0-9.]+,"event":"'),
    ("trace_event", rb'{"ts":"20[^"]*Z","event":"'),
    ("access", rb'{"time":"20[^"]*Z","remote":"'),
    ("progress", rb'{"done":[0-9]+,"running":', b'"elapsed":'),
    ("batch_progress", rb'{"done":[0-9]+,"total":', b'"connects":'),
]
MADE = [(name, re.compile(begin), rest) for name, begin, *rest in MADE]
LARGE = 1 << 26  # bytes of a file that is a body


def lines_in(folder):
    for root, _, files in os.walk(folder):
        for file in files:
            path = os.path.join(root, file)
            if not os.path.isfile(path) or os.path.getsize(path) > LARGE or not os.access(path, os.R_OK):
                continue
            with open(path, "rb") as lines:
                yield from ((path, line) for line in lines if line.startswith(b'{"') and line.endswith(b"}\n"))


def check_made(folders):
    for path, line in (one for folder in folders for one in lines_in(folder)):
        for name, begin, rest in MADE:
            if begin.match(line) and all(part in line for part in rest):
                try:
                    made = json.loads(line)
                except ValueError:  # torn, and something behind it
                    break
                check(made, {"$ref": "#/$defs/" + name}, path)


def reachable(name, found):
    found.add(name)
    for ref in json.dumps(defs[name]).split('"#/$defs/')[1:]:
        below = ref.partition('"')[0]
        if below not in found:
            reachable(below, found)
    return found


def check_seen(name):
    lacking = [f"{n}.{member}" for n in sorted(reachable(name, set()))
               for member in defs[n].get("properties", {})
               if (n, member) not in seen and (n, member) not in elsewhere]
    if lacking:
        raise Wrong("never seen: " + ", ".join(lacking))


arguments = sys.argv[1:]
with open(arguments.pop(0), encoding="utf-8") as file:
    defs = json.load(file)["$defs"]
try:
    if arguments[0] == "--made":
        check_made(arguments[1:])
    else:
        all_of = arguments[0] == "--seen" and bool(arguments.pop(0))
        for path in arguments[1:]:
            check_file(arguments[0], path)
        if all_of:
            check_seen(arguments[0])
except Wrong as reason:
    sys.exit(f"schema.py: {reason}")
