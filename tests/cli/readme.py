#!/usr/bin/env python3
"""usage: readme.py README.md

Pastes the README's console blocks, in order, into one bash in the current folder, and
compares what comes out with what the README shows. Ports, times, rates and the names of
temporary folders may be others; "..." stands for any lines. A command must end with 0
unless a message "quiver: (N)" is shown for it. Also checks the syntax of the other
blocks in sh. `quiver` is looked for in PATH."""
import re
import socket
import subprocess
import sys
import tempfile

MARK = "\x1e"
TIMEOUT = 100  # less than the test itself has


def blocks(text):
    """The fenced blocks: (language, lines)."""
    for match in re.finditer(r"^```(\w*)\n(.*?)^```$", text, re.M | re.S):
        yield match[1], match[2].splitlines()


def steps(lines):
    """A block's commands, each with the lines shown below it."""
    found = []
    rest = list(lines)
    while rest:
        line = rest.pop(0)
        if not line.startswith("$ "):
            if not found:
                sys.exit(f"README: a block begins without a command: {line}")
            found[-1][1].append(line)
            continue
        command = [line[2:]]
        while command[-1].endswith("\\"):
            command.append(rest.pop(0))
        here = re.search(r"<<'?(\w+)'?", command[0])
        while here and command[-1] != here[1]:
            command.append(rest.pop(0))
        found.append(("\n".join(command), []))
    return found


def free_port():
    """Free for TCP and UDP, on both addresses of localhost."""
    while True:
        with socket.socket(socket.AF_INET) as tcp, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            tcp.bind(("127.0.0.1", 0))
            port = tcp.getsockname()[1]
            try:
                udp.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def plain(line):
    """Without what differs from run to run."""
    line = re.sub(r"\S*/quiver-serve-\w+", "DIR", line)
    line = re.sub(r" +", " ", line)
    line = re.sub(r"\d{4}-\d\d-\d\dT[\d:]+Z", "DATE", line)
    line = line.replace("::1", "127.0.0.1").replace("127.0.0.1 127.0.0.1", "127.0.0.1")
    line = re.sub(r"[\d,.]+ req/s", "RATE", line)
    line = re.sub(r"\b\d[\d,.]* ?(us|ms|s)\b", "TIME", line)
    line = re.sub(r"early bytes: [1-9]\d*", "early bytes: N", line)  # the port is among them
    if " left" in line or "done before" in line:  # when exactly the signal came
        line = re.sub(r"\b[1-9][\d,]*\b", "N", line).replace("about N left", "N left")
    return line.rstrip()


def steady(lines):
    """Plain, without what the machine's speed adds or leaves out: what a signal waits for,
    and the second address that is raced with a slow first one."""
    kept = []
    for line in map(plain, lines):
        is_second = line.startswith("* Trying ") and any(x.startswith("* Trying ") for x in kept)
        if "waiting for" not in line and "another was faster" not in line and not is_second:
            kept.append(line)
    return kept


def is_same(shown, got):
    shown, got = steady(shown), steady(got)
    if not shown or shown[-1] != "...":
        return shown == got
    return shown[:-1] == got[: len(shown) - 1]


def expected_status(shown):
    codes = re.findall(r"^quiver: \((\d+)\)", "\n".join(shown), re.M)
    if codes:
        return {int(codes[-1])}
    if any(re.search(r"[1-9]\d* failed| left$", line) for line in shown):
        return set(range(1, 256))
    return {0}


def paste(todo, ports):
    """[(output lines, exit status)] of each command."""
    script = "exec 2>&1\n"
    for command, _ in todo:
        script += f"printf '{MARK}'\n{command}\nprintf '{MARK}%d{MARK}' $?\n"
    for port, free in ports.items():
        script = re.sub(rf"\b{port}\b", str(free), script)
    # Into a file: a server that was left behind must not keep us waiting for its end.
    with tempfile.TemporaryFile("w+") as out:
        subprocess.run(["bash", "-c", script], stdin=subprocess.DEVNULL, stdout=out, timeout=TIMEOUT, check=False)
        out.seek(0)
        text = out.read()
    for port, free in ports.items():
        text = re.sub(rf"\b{free}\b", port, text)
    return [(output.splitlines(), int(status)) for output, status in
            re.findall(rf"{MARK}([^{MARK}]*){MARK}(\d+){MARK}", text)]


def main():
    text = open(sys.argv[1], encoding="utf-8").read()
    todo = []
    bad = 0
    for language, lines in blocks(text):
        if language == "console":
            todo += steps(lines)
        elif language == "sh" and subprocess.run(["bash", "-n", "-c", "\n".join(lines)], check=False).returncode:
            print("README: bad syntax in:", *lines, sep="\n")
            bad += 1
    done = paste(todo, {"4433": free_port(), "8000": free_port()})
    if not todo or len(done) != len(todo):
        print(f"{len(done)} of {len(todo)} commands ended")
        bad += 1
    for (command, shown), (got, status) in zip(todo, done):
        is_right = is_same(shown, got) and status in expected_status(shown)
        bad += not is_right
        print(f"{'ok' if is_right else 'NOT AS SHOWN'}: {command}")
        if not is_right:
            print(*(f"  shown: {x}" for x in shown), *(f"  got:   {x}" for x in got), f"  exit status {status}", sep="\n")
    sys.exit(bad > 0)


main()
