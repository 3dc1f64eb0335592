// Loaded before main: kills the process before one of its calls to the disk that create, write or rename. KILL_AT_CALL=-1
// only counts, into KILL_COUNT_FILE.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const killAt = Number(process.env.KILL_AT_CALL);
const count = process.env.KILL_COUNT_FILE;
let calls = 0;
for (const name of [
  'openSync',
  'writeSync',
  'fchmodSync',
  'fsyncSync',
  'renameSync',
  'unlinkSync',
  'mkdtempSync',
]) {
  const real = fs[name];
  fs[name] = (...args) => {
    if (calls++ === killAt) process.kill(process.pid, 'SIGKILL');
    return real(...args);
  };
}
syncBuiltinESMExports();
if (killAt === -1) {
  const write = fs.writeFileSync;
  process.on('exit', () => write(count, String(calls)));
}
