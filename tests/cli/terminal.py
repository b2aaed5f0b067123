"""Runs a command with a terminal as its standard error, and shows what it got.

terminal.py [--stdout] COMMAND...: with --stdout the terminal is standard output as
well, otherwise that stays what it is.  The exit status is the command's.
"""
import fcntl
import os
import pty
import sys
import termios

args = sys.argv[1:]
both = args[0] == "--stdout"
command = args[1:] if both else args
master, slave = pty.openpty()
pid = os.fork()
if pid == 0:
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    os.dup2(slave, 2)
    if both:
        os.dup2(slave, 1)
    os.close(master)
    os.execvp(command[0], command)
os.close(slave)
seen = b""
while True:
    try:
        data = os.read(master, 65536)
    except OSError:
        break
    if not data:
        break
    seen += data
status = os.waitpid(pid, 0)[1]
sys.stderr.buffer.write(seen) if not both else sys.stdout.buffer.write(seen)
sys.exit(os.waitstatus_to_exitcode(status) & 255)
