#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { main } from '../cli/main.js';
import { problemsOf } from '../core/errors.js';
import { isInForeground } from '../platform/foreground.js';
import { outliveReaders } from '../platform/output.js';

// Standard input is the command's: touching process.stdin would change how it behaves.
const { stdout, stderr } = process;
outliveReaders();

// Nothing that goes wrong beside the command may end it, or print where it went wrong with what is around it.
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error: unknown) => {
    for (const { code, message } of problemsOf(error)) stderr.write(`segura-secrets: ${code}: ${message}\n`);
    process.exitCode = 1;
  });
}

const code = await main({
  arguments: process.argv.slice(2),
  environment: process.env,
  system: process.platform,
  directory: process.cwd(),
  temp: tmpdir(),
  home: homedir(),
  readStandardInput: () => readFileSync(0, 'utf8'),
  isInForeground,
  stdout,
  stderr,
});
for (const stream of [stdout, stderr]) {
  if (!stream.destroyed) await new Promise<void>((done) => stream.write('', () => done()));
}
// What still hangs, a connection that is being made for instance, must not keep the caller waiting.
process.exit(code === 0 ? process.exitCode : code);
