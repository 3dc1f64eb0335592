#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { main } from '../cli/main.js';

const { stdin, stdout, stderr } = process;
// A reader that leaves must not end this process before custody is given back.
for (const stream of [stdout, stderr]) stream.on('error', () => undefined);

const code = await main({
  arguments: process.argv.slice(2),
  environment: process.env,
  system: process.platform,
  directory: process.cwd(),
  temp: tmpdir(),
  home: homedir(),
  stdin: { isTTY: stdin.isTTY === true, readAll: () => readFileSync(0, 'utf8') },
  stdout,
  stderr,
});
for (const stream of [stdout, stderr]) {
  if (!stream.destroyed) await new Promise<void>((done) => stream.write('', () => done()));
}
// What still hangs, a connection that is being made for instance, must not keep the caller waiting.
process.exit(code);
