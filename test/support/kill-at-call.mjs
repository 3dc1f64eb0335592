// Loaded before main: kills the process before one of its calls to the disk that create, write or rename. KILL_AT_CALL=-1
// only counts, into KILL_COUNT_FILE. With KILL_AFTER_MAKING, the start of a name, it is killed as soon as a file of such a
// name is there.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const killAt = Number(process.env.KILL_AT_CALL);
const count = process.env.KILL_COUNT_FILE;
const making = process.env.KILL_AFTER_MAKING;
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
    const result = real(...args);
    if (making !== undefined && name === 'openSync' && String(args[0]).includes(`/${making}`)) {
      process.kill(process.pid, 'SIGKILL');
    }
    return result;
  };
}
syncBuiltinESMExports();
if (killAt === -1) {
  const write = fs.writeFileSync;
  process.on('exit', () => write(count, String(calls)));
}
