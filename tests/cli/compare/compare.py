#!/usr/bin/env python3
"""Do quiver and curl send the same, given the same command line?

usage: compare.py record CURL...     writes the fixtures anew: what that curl sends
       compare.py check VERSION...   compares quiver ($QUIVER) with them
       compare.py check-part 1 4 VERSION...   the same, with the first of each four cases
       compare.py options            prints what becomes of each of curl's options
       compare.py waits VERSION...   looks at those that are left out
       compare.py show VERSION NAME  what quiver sends for one case, and what curl does

VERSION is http1, http2 or http3.  The command lines stand in cases.txt, and in options.txt
one for each of curl's options (names.txt) that works here.  They are bash; `curl` in them is
the program under test, $U and $V are two origins of peer.py, $T is one over TLS.  What curl did (its exit
status, its output, and the requests that came) is kept in VERSION.txt.  HTTP/1.1 is compared
byte for byte; of HTTP/2 and HTTP/3 the fields, in their order behind the pseudo-fields,
bodies and trailers.

What may be different is in DIFFERENCES, for all cases, and in `~` lines of a case, which
name a version (or all), and say why.  A case that is different although nothing says so, or
that is the same although something does, is a failure.  `?` and versions: it is left out.

CURL may be several words, for a curl that has to be started by something; it must see the
variables FROM_ENV and CURL_CA_BUNDLE.
"""
import difflib
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

from peer import Peer

HERE = pathlib.Path(__file__).parent
VERSIONS = ("http1", "http2", "http3")

# (what is replaced in both, by what, why it may be different)
DIFFERENCES = (
    (r"((?i:user-agent): )(?:curl/8\.[0-9.]+|quiver/[^\\\s]+)", r"\1ITSELF", "each says who it is"),
    (r"-{24}[A-Za-z0-9]{22}", "BOUNDARY", "boundaries are random"),
    (r"(PROXY TCP4 \S+ \S+ )\d+", r"\1PORT", "each has a port of its own"),
    (r"Signature=[0-9a-f]{64}", "Signature=HASH", "what is signed has the port in it"),
    (r'(cnonce=)"[^"]*"', r'\1"RANDOM"', "nonces are random"),
    (r'(response=)"[0-9a-f]*"', r'\1"HASH"', "the answer to a challenge hashes a nonce"),
)


class Case:
    def __init__(self, name):
        self.name = name
        self.lines = []
        self.versions = VERSIONS
        self.may_differ = {}  # version: why
        self.refused = None  # (exit status, words)
        self.alone = None  # an argument of an option that the curl of the fixtures has not
        self.waits = set()  # versions that nobody looks at yet

    @property
    def command(self):
        return "\n".join(self.lines)


def read_cases(path, versions=VERSIONS):
    """`## name`, then `@ version...` (only there), `~ version: why`, and lines of bash."""
    cases = []
    for line in path.read_text().splitlines():
        if line.startswith("## "):
            cases.append(Case(line[3:]))
            cases[-1].versions = versions
        elif line.startswith("@ "):
            cases[-1].versions = tuple(line[2:].split())
        elif line.startswith("~ "):
            where, _, why = line[2:].partition(": ")
            for version in VERSIONS if where == "all" else where.split():
                cases[-1].may_differ[version] = why
        elif line.startswith("! "):
            status, _, words = line[2:].partition(" ")
            cases[-1].refused = int(status), words
        elif line.startswith("+ "):
            cases[-1].alone = line[2:].split(":")[0]
        elif line.startswith("? "):
            cases[-1].waits |= set(VERSIONS if line[2:] == "all" else line[2:].split())
        elif line and not line.startswith("# "):
            cases[-1].lines.append(line)
    return cases


def all_cases():
    options = [c for c in read_cases(HERE / "options.txt", ("http1",)) if c.lines]
    return read_cases(HERE / "cases.txt") + options


# ---- one command ----


def visible(data):
    """Bytes as one line a line, nothing of them lost; of many the same, how many they are."""
    text = data.decode("latin-1").encode("unicode_escape").decode()
    text = re.sub(r"(.)\1{99,}", lambda m: "%s{%d times}" % (m[1], len(m[0])), text)
    return [line for line in text.replace("\\n", "\\n\n").split("\n") if line]


def make_files(folder):
    """What the command lines speak of."""
    (folder / "a.txt").write_text("line one\nline two\n")
    (folder / "b.bin").write_bytes(bytes(range(256)))
    (folder / "sub").mkdir()
    (folder / "sub" / "c d.json").write_text('{"c": true}')
    (folder / "head.txt").write_text("X-File: 1\nX-More: 2\n")
    (folder / "jar.txt").write_text(
        "# Netscape HTTP Cookie File\nlocalhost\tFALSE\t/\tFALSE\t0\tjar\tyes\n"
        "#HttpOnly_localhost\tFALSE\t/deep\tFALSE\t4000000000\tdeep\tonly\n"
        "other.test\tFALSE\t/\tFALSE\t0\tother\tno\n")
    (folder / "netrc").write_text("machine localhost login net password rc\ndefault login de password fault\n")
    (folder / "half").write_bytes(b"000000000\n" * 3)
    (folder / "tag").write_text('"v1"\n')
    for name in ("a.txt", "half"):
        os.utime(folder / name, (1714557600, 1714557600))


class Runner:
    def __init__(self, program, quiet=()):
        self.program = program
        self.scratch = tempfile.TemporaryDirectory(prefix="compare")
        self.root = pathlib.Path(self.scratch.name)
        self.peer = Peer(self.root)

    def script(self, case, version):
        p = self.peer
        scheme, port = ("http", p.port) if version == "http1" else ("https", p.tls)
        flags = {"http1": [], "http2": ["--http2"], "http3": ["--http3-only"]}[version]
        words = shlex.join([*self.program, "-q", "-sS", *flags])
        return (f'U={scheme}://localhost:{port} V=http://localhost:{p.other} T=https://localhost:{p.tls}\n'
                f'curl() {{ {words} "$@"; }}\n{case.command}\n')

    def run(self, case, version):
        """A list of lines: all that can be seen of the command."""
        with tempfile.TemporaryDirectory(dir=self.root) as scratch:
            folder = pathlib.Path(scratch)
            make_files(folder)
            for name in ("cert.pem", "key.pem"):
                (folder / name).write_bytes((self.root / name).read_bytes())
            self.peer.reset()
            env = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
            env.update(HOME=scratch, LC_ALL="C", QUIVER_CONFIG="", FROM_ENV="env value",
                       CURL_CA_BUNDLE="cert.pem")
            env.pop("NETRC", None)
            done = subprocess.run(["bash", "-c", self.script(case, version)], cwd=folder, env=env,
                                  stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
            lines = ["exit %d" % done.returncode]
            lines += ["| " + line for line in visible(done.stdout)]
            lines += self.requests(version)
            self.stderr = done.stderr.decode(errors="replace")
        return [self.tidy(line) for line in lines]

    def requests(self, version):
        lines = []
        if version == "http1":
            for port, data in [c for c in self.peer.conns if c[1]]:
                where = {self.peer.other: " to the other origin", self.peer.tls: " over TLS"}
                lines.append("connection" + where.get(port, ""))
                lines += ["> " + line for line in visible(bytes(data))]
            return lines
        for s in self.peer.streams:
            lines.append("request on connection %d" % s.conn)
            pseudo = sorted(f for f in s.fields if f[0].startswith(":"))
            for name, value in pseudo + [f for f in s.fields if not f[0].startswith(":")]:
                lines += ["> " + line for line in visible(f"{name}: {value}".encode("latin-1"))]
            lines += ["body " + line for line in visible(s.body)]
            lines += ["trailer %s: %s" % t for t in s.trailers]
        return lines

    def tidy(self, line):
        for port, name in ((self.peer.port, "PORT"), (self.peer.other, "PORT2"), (self.peer.tls, "PORT")):
            line = line.replace(str(port), name)
        for pattern, replacement, _ in DIFFERENCES:
            line = re.sub(pattern, replacement, line)
        return line.rstrip()


# ---- fixtures ----


def read_fixture(version):
    kept, name = {}, None
    for line in (HERE / f"{version}.txt").read_text().splitlines():
        if line.startswith("## "):
            name = line[3:]
            kept[name] = []
        elif name:
            kept[name].append(line)
    return {name: [line for line in lines if line] for name, lines in kept.items()}


def record(program):
    runner = Runner(program)
    for version in VERSIONS:
        out = ["# What curl 8.23 does for the command lines of cases.txt and options.txt; written by compare.py.", ""]
        for case in all_cases():
            if version in case.versions:
                out += ["## " + case.name, *runner.run(case, version), ""]
                if runner.stderr:
                    print(f"{version} {case.name}: {runner.stderr}", file=sys.stderr)
        (HERE / f"{version}.txt").write_text("\n".join(out))


def compare(runner, case, version, kept):
    """What is wrong, or None."""
    is_to_be = kept.get(case.name)
    if is_to_be is None:
        return "it is not recorded"
    is_now = runner.run(case, version)
    why = case.may_differ.get(version)
    if is_now == is_to_be:
        return f"it is the same now, although: {why}" if why else None
    if why:
        return None
    diff = list(difflib.unified_diff(is_to_be, is_now, "curl", "quiver", lineterm="", n=2))
    return "\n".join(diff[2:] + [runner.stderr.strip()])


def quiver():
    return [os.environ["QUIVER"]]


def check(versions, part=(1, 1)):
    """Of each `part[1]` cases one, beginning with the `part[0]`th; all of them by default."""
    runner = Runner(quiver())
    failed = 0
    for version in versions:
        kept = read_fixture(version)
        cases = [c for c in all_cases() if version in c.versions][part[0] - 1::part[1]]
        allowed = waiting = 0
        for case in cases:
            if version in case.waits:
                waiting += 1
                continue
            wrong = compare(runner, case, version, kept)
            allowed += version in case.may_differ
            if wrong:
                failed += 1
                print(f"{version}: {case.name}\n    {case.command}\n{wrong}\n")
        print(f"{version}: {len(cases)} command lines, {allowed} of them with a known difference, "
              f"{waiting} not looked at")
    return failed


def waiting(versions):
    """What of the cases that are left out is still different."""
    runner = Runner(quiver())
    for version in versions:
        kept = read_fixture(version)
        for case in all_cases():
            if version in case.versions and version in case.waits:
                wrong = compare(runner, case, version, kept)
                print(f"{version}: {case.name}: {wrong or 'the same'}\n")


def check_options():
    """Prints the table of curl's options; how many of them are not what options.txt says.

    What those that work send is compared by check."""
    failed = 0
    cases = {case.name: case for case in read_cases(HERE / "options.txt")}
    for name in (HERE / "names.txt").read_text().split():
        case = cases.pop(name, None)
        if case is None:
            outcome, wrong = "", "not in options.txt"
        elif case.refused:
            done = subprocess.run([*quiver(), "-q", name, "x", "http://127.0.0.1:1/"], stdin=subprocess.DEVNULL,
                                  capture_output=True, text=True, timeout=60)
            first = done.stderr.split("\n")[0]
            outcome = "refused: " + first.partition(") ")[2]
            wrong = (done.returncode, case.refused[1] in first) != (case.refused[0], True) and repr(done.stderr)
        elif case.alone:
            done = subprocess.run([*quiver(), "-q", name, case.alone, "http://127.0.0.1:1/"], stdin=subprocess.DEVNULL,
                                  capture_output=True, text=True, timeout=60)
            outcome = "works"
            wrong = done.returncode != 7 and repr(done.stderr)  # nobody listens there
        else:
            outcome, wrong = "works", False if case.lines else "no command line"
            outcome = "later" if case.waits else outcome
        print(f"{name:28} {outcome}{'   WRONG: ' + wrong if wrong else ''}")
        failed += bool(wrong)
    for name in cases:
        print(f"{name:28} WRONG: curl has no such option")
    return failed + len(cases)


def show(version, name):
    runner = Runner(quiver())
    for case in all_cases():
        if name in case.name:
            print("##", case.name, "\n" + case.command)
            print("\n".join(runner.run(case, version)), runner.stderr, sep="\n")
            print("---- curl")
            print("\n".join(read_fixture(version).get(case.name, ["not recorded"])))


def main(verb, *arguments):
    if verb == "record":
        record(arguments)
    elif verb == "check":
        return 1 if check(arguments) else 0
    elif verb == "check-part":
        number, of, *versions = arguments
        return 1 if check(versions, (int(number), int(of))) else 0
    elif verb == "options":
        return 1 if check_options() else 0
    elif verb == "waits":
        waiting(arguments)
    elif verb == "show":
        show(*arguments)
    return 0


sys.exit(main(*sys.argv[1:]))
