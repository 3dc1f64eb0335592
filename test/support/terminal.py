"""terminal.py [SHOWN TYPED]... -- COMMAND...: runs COMMAND in front of a terminal of its own.

Each TYPED is typed once its SHOWN was printed after what was typed before. What the terminal shows goes to standard
output; the last line is how the command ended.
"""
import os
import pty
import select
import sys
import time

end = sys.argv.index('--')
steps = list(zip(sys.argv[1:end:2], sys.argv[2:end:2]))
pid, screen = pty.fork()
if pid == 0:
    os.execvp(sys.argv[end + 1], sys.argv[end + 1 :])
shown = b''
begun = time.time()
while time.time() - begun < 150:
    if not select.select([screen], [], [], 0.1)[0]:
        continue
    try:
        text = os.read(screen, 65536)
    except OSError:
        break
    if not text:
        break
    os.write(1, text)
    shown += text
    if steps and steps[0][0].encode() in shown:
        time.sleep(0.2)
        os.write(screen, steps.pop(0)[1].encode().decode('unicode_escape').encode())
        shown = b''
else:
    os.kill(pid, 9)
print('ended with', os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
