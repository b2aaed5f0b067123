"""Runs a command with a terminal as its standard error, and shows what it got.

terminal.py [--stdout | --background] [--size COLUMNSxROWS] COMMAND...: with --stdout the
terminal is standard output as well, otherwise that stays what it is; with --background the
command is run as a shell does it that has met an &.  The exit status is the command's.
"""
import fcntl
import os
import pty
import struct
import sys
import termios

args = sys.argv[1:]
os.environ["TERM"] = "xterm"  # `env TERM=dumb` may be the command
both = args[0] == "--stdout"
background = args[0] == "--background"
command = args[1:] if both or background else args
master, slave = pty.openpty()
if command[0] == "--size":
    columns, rows = map(int, command[1].split("x"))
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    command = command[2:]
pid = os.fork()
if pid == 0:
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    os.dup2(slave, 2)
    if both:
        os.dup2(slave, 1)
    os.close(master)
    if background:
        child = os.fork()
        if child:
            os.close(slave)
            sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) & 255)
        os.setpgid(0, 0)
    os.execvp(command[0], command)
os.close(slave)
out = sys.stdout.buffer if both else sys.stderr.buffer
while True:
    try:
        data = os.read(master, 65536)
    except OSError:
        break
    if not data:
        break
    out.write(data)
    out.flush()
status = os.waitpid(pid, 0)[1]
sys.exit(os.waitstatus_to_exitcode(status) & 255)
