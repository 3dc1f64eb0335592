import { randomInt, randomUUID } from 'node:crypto';
import { maskForms, pairForms } from '../src/core/masking/encodings.js';
import { runnerForms } from '../src/core/masking/forms/runner.js';
import { RunnerMasker } from '../test/support/runner-masker.js';
import { type Line, told } from './figures.js';
import { logLine } from './log-file.js';

const SECRETS = 100;
const LINES = 200;
const MIN_LENGTH = 4;
const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const PRINTABLE = String.fromCharCode(...Array.from({ length: 94 }, (_, at) => 0x21 + at));

interface Kind {
  readonly name: string;
  readonly make: () => string;
  /** What version 1.0 registered for one, and how many searches of a line that took; in the same model. */
  readonly masksBefore: number;
  readonly searchesBefore: number;
}

const KINDS: readonly Kind[] = [
  {
    name: 'tokens of letters and digits',
    make: () => pick(ALPHANUMERIC, 20, 40),
    masksBefore: 14.6,
    searchesBefore: 55,
  },
  {
    name: 'passwords with some special characters',
    make: () => pick(`${ALPHANUMERIC.repeat(2)}!@#$%&*-_+=?./`, 12, 24),
    masksBefore: 16.8,
    searchesBefore: 75,
  },
  {
    name: 'passwords of any printable characters',
    make: () => pick(PRINTABLE, 16, 24),
    masksBefore: 26.4,
    searchesBefore: 139,
  },
  { name: 'private keys', make: privateKey, masksBefore: 273, searchesBefore: 892 },
  { name: 'JSON with three leaves', make: jsonDocument, masksBefore: 100, searchesBefore: 299 },
];

function pick(alphabet: string, least: number, most: number): string {
  return Array.from({ length: randomInt(least, most + 1) }, () => alphabet[randomInt(alphabet.length)]).join(
    '',
  );
}

function privateKey(): string {
  const lines = Array.from({ length: 26 }, () => pick(`${ALPHANUMERIC}+/`, 64, 64));
  return `-----BEGIN PRIVATE KEY-----\n${lines.join('\n')}\n-----END PRIVATE KEY-----\n`;
}

function jsonDocument(): string {
  return JSON.stringify({
    client_id: randomUUID(),
    client_secret: pick(PRINTABLE, 24, 24),
    tenant: randomUUID(),
  });
}

/** How many masks a secret with a user name is, and what they cost in a model of the runner: searches of each line. */
export function measureMasks(): Line[] {
  const lines = Array.from({ length: LINES }, logLine);
  return KINDS.map(({ name, make, masksBefore, searchesBefore }) => {
    const masker = new RunnerMasker();
    let masks = 0;
    for (let secret = 0; secret < SECRETS; secret += 1) {
      const value = make();
      for (const form of [
        ...maskForms(value, MIN_LENGTH, { hidesBesides: runnerForms }),
        ...pairForms('app-user', value),
      ]) {
        masks += 1;
        masker.add(form);
      }
    }
    const entries = [...masker.entries];
    const searches = lines.map((line) => entries.filter(({ length }) => length <= line.length).length);
    const perSecret = searches.reduce((sum, count) => sum + count, 0) / LINES / SECRETS;
    const startedMs = performance.now();
    for (const line of lines) masker.mask(line);
    const lineMs = (performance.now() - startedMs) / LINES;
    const beside = `searches a line ${perSecret.toFixed(0)} (1.0: ${searchesBefore}), a line with ${SECRETS} secrets ${lineMs.toFixed(2)} ms in the model`;
    return told(name, (masks / SECRETS).toFixed(1), `1.0: ${masksBefore.toFixed(1)}; ${beside}`);
  });
}
