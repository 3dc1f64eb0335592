"""flags.py KIND COMMAND...: runs COMMAND with an open file of KIND as its descriptors 0 to 2, and says which flags it had.

The last line of standard output is how the command ended and every state of O_NONBLOCK and O_APPEND that was seen, from
before the command until after it, on the same open file.
"""
import fcntl
import os
import socket
import subprocess
import sys
import tempfile
import threading

kind, command = sys.argv[1], sys.argv[2:]
if kind == 'pipe':
    reader, shared = os.pipe()
elif kind == 'socket':
    one, other = socket.socketpair()
    reader, shared = one.detach(), other.detach()
elif kind == 'terminal':
    reader, shared = os.openpty()
else:
    reader, shared = None, os.open(os.path.join(tempfile.mkdtemp(), 'file'), os.O_RDWR | os.O_CREAT)


def drain():
    try:
        while os.read(reader, 65536):
            pass
    except OSError:
        pass


if reader is not None:
    threading.Thread(target=drain, daemon=True).start()
seen = set()


def look():
    flags = fcntl.fcntl(shared, fcntl.F_GETFL)
    seen.add((bool(flags & os.O_NONBLOCK), bool(flags & os.O_APPEND)))


look()
process = subprocess.Popen(command, stdin=shared, stdout=shared, stderr=shared)
while process.poll() is None:
    look()
look()
print(process.returncode, sorted(seen))
