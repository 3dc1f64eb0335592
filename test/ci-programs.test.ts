import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ACTION } from './support/runner.js';

/** What every machine has that runs these tests: Node's own, coreutils, and what .ci/run is written in. */
const ALWAYS = [
  'node',
  'npm',
  'sh',
  'bash',
  'perl',
  'dd',
  'cat',
  'mkfifo',
  'mount',
  'umount',
  'chown',
  'sleep',
];
/** What comes with another command of the list. */
const WITH: Readonly<Record<string, string>> = {
  java: 'javac',
  setpriv: 'setsid',
  unshare: 'setsid',
  'ssh-add': 'ssh-keygen',
  'ssh-agent': 'ssh-keygen',
};
/** What no package of the system gives: PowerShell, tfx (from npm) and requests-oauthlib (from pip). */
const NOWHERE = ['pwsh', 'tfx', 'requests-oauthlib'];

const CALL = /\b(?:spawn|spawnSync|execFile|execFileSync)\(\s*'([a-z][\w-]*)'/g;
const LACKS = /\blacks\(\s*'([a-z][\w-]*)'/g;
const SHELL = /^\s*\['[\w ]+', '([a-z]+)'/gm;
const OF_SOURCE = /ofSource\('[^']+', \[([^\]]+)\]/g;

function programsIn(name: string): string[] {
  const text = readFileSync(join(ACTION, 'test', name), 'utf8');
  const namesOf = (pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, found = '']) => found);
  return [
    ...namesOf(LACKS),
    ...namesOf(OF_SOURCE).flatMap((names) => names.match(/\w+/g) ?? []),
    ...(text.includes('node:child_process') ? namesOf(CALL) : []),
    ...(name.endsWith('shells.ts') ? namesOf(SHELL) : []),
  ];
}

test('every program that a test starts is installed where all tests are run', () => {
  const script = readFileSync(join(ACTION, '.ci/run'), 'utf8');
  const list = /for command in ([^;]*);/.exec(script)?.[1] ?? '';
  const installed = [...list.matchAll(/(\S+):\S+/g), ...script.matchAll(/^ *hash (\w+) /gm)].map(
    ([, command]) => command,
  );
  const files = readdirSync(join(ACTION, 'test'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const used = new Set(files.flatMap(programsIn));
  expect(used.size).toBeGreaterThan(15);
  const missing = [...used].filter(
    (name) =>
      ![...ALWAYS, ...NOWHERE].includes(name) &&
      !installed.includes(name) &&
      !installed.includes(WITH[name] ?? ''),
  );
  expect(missing).toEqual([]);
});
