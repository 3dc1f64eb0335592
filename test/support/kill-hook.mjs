// Loaded before main: counts the awaits of its own bundle, both where one begins and where it goes on, and kills the
// process at one of them. KILL_AT=0 only counts, into KILL_COUNT_FILE. The bundle is KILL_IN, main.js when not given.
import { createHook } from 'node:async_hooks';
import { writeFileSync } from 'node:fs';

const killAt = Number(process.env.KILL_AT);
const bundle = process.env.KILL_IN ?? 'main.js';
const ours = new Set();
let count = 0;

function step() {
  count += 1;
  if (count === killAt) process.kill(process.pid, 'SIGKILL');
}

Error.stackTraceLimit = 40;
createHook({
  init(id, type) {
    if (type !== 'PROMISE' || !new Error().stack.includes(bundle)) return;
    ours.add(id);
    step();
  },
  before(id) {
    if (ours.has(id)) step();
  },
}).enable();

if (killAt === 0) process.on('exit', () => writeFileSync(process.env.KILL_COUNT_FILE, String(count)));
