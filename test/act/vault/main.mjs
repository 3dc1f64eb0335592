import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';

const LONGEST_WAIT_MS = 20_000;
const STEP_MS = 50;

const { INPUT_FOLDER = '', RUNNER_TEMP = '', GITHUB_OUTPUT = '', GITHUB_STATE = '' } = process.env;
const folder = mkdtempSync(join(RUNNER_TEMP, 'vault-'));
const ready = join(folder, 'ready.json');
const server = resolve(INPUT_FOLDER, 'build', 'test', 'act', 'serve.js');
spawn(process.execPath, [server, ready], { detached: true, stdio: 'ignore', windowsHide: true }).unref();

for (let waitedMs = 0; !existsSync(ready); waitedMs += STEP_MS) {
  if (waitedMs > LONGEST_WAIT_MS) throw new Error(`The vault did not start: is ${server} there?`);
  await setTimeout(STEP_MS);
}
const { control, outputs } = JSON.parse(readFileSync(ready, 'utf8'));
rmSync(folder, { recursive: true });
console.log(`::add-mask::${outputs['client-secret']}`);
for (const [name, value] of Object.entries(outputs)) tell(GITHUB_OUTPUT, name, value);
tell(GITHUB_STATE, 'control', control);
console.log(`A vault is at ${outputs.url}`);

function tell(file, name, value) {
  const end = randomUUID();
  appendFileSync(file, `${name}<<${end}\n${value}\n${end}\n`);
}
