"""flags.py KIND COMMAND...: with "non-blocking " before it, KIND is one that another program made so. Runs COMMAND with an open file of KIND as its descriptors 0 to 2, and says which flags it had.

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
import time

given, command = sys.argv[1], sys.argv[2:]
kind = given.removeprefix('non-blocking ')
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
if kind != given:
    os.set_blocking(shared, False)
seen = set()


def look():
    flags = fcntl.fcntl(shared, fcntl.F_GETFL)
    seen.add((bool(flags & os.O_NONBLOCK), bool(flags & os.O_APPEND)))


look()
process = subprocess.Popen(command, stdin=shared, stdout=shared, stderr=shared)
while process.poll() is None:
    look()
    time.sleep(0.001)
look()
print(process.returncode, sorted(seen))
