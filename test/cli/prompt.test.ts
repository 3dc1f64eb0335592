import { beforeEach, describe, expect, test } from 'vitest';
import type { Desk } from '../support/command-line.js';
import { openDesk } from '../support/desk-fixture.js';
import { lacksScript, onTerminal } from '../support/terminal.js';
import type { Vault } from '../vault/index.js';

const hidden = { SENHASEGURA_CLIENT_SECRET: undefined };
const CHECK = "check --online --secrets 'stripe/* > *' --client-secret-file";
const PROMPT = 'client secret (not shown): ';
let vault: Vault;
let desk: Desk;
let secret: string;

beforeEach(async () => {
  ({ vault, desk } = await openDesk());
  secret = desk.env['SENHASEGURA_CLIENT_SECRET'] ?? '';
});

describe.skipIf(lacksScript())('the client secret from a terminal', () => {
  test.each(['-', '/dev/stdin'])('is prompted for and not shown: %s', async (file) => {
    const shown = await onTerminal(
      desk,
      `segura_secrets ${CHECK} ${file}; echo "code $?"; stty -a`,
      [[PROMPT, `${secret}\r`]],
      hidden,
    );
    expect(shown.text).toContain('The login succeeded.');
    expect(shown.text).toContain('code 0');
    expect(shown.text).not.toContain(secret.slice(0, 8));
    expect(shown.text).toMatch(/\becho\b/);
    expect(shown.text).not.toMatch(/-echo\b|-icanon|-isig/);
  });

  test('can be corrected while it is typed', async () => {
    const keys = `nonsense\u0015xé\u007f\u007f${secret}\r`;
    const shown = await onTerminal(
      desk,
      `segura_secrets ${CHECK} -; echo "code $?"`,
      [[PROMPT, keys]],
      hidden,
    );
    expect(shown.text, shown.text).toContain('code 0');
  });

  test.each([
    ['ctrl-C', '\u0003', 130],
    ['ctrl-\\', '\u001c', 131],
  ])('can be cancelled with %s, and the terminal then shows again what is typed', async (_, key, code) => {
    const shown = await onTerminal(
      desk,
      `segura_secrets ${CHECK} -; echo "code $?"; stty -a`,
      [[PROMPT, `half of ${key}`]],
      hidden,
    );
    expect(shown.text).toContain(`code ${code}`);
    expect(shown.text).not.toContain('half of');
    expect(shown.text).not.toMatch(/-echo\b|-icanon|-isig/);
    expect(vault.journal.requests).toEqual([]);
  });

  test('can be cancelled by a signal too', async () => {
    // A shell without job control gives what it runs in the background no terminal as its input.
    const script = `$tool ${CHECK} - </dev/tty & pid=$!; (sleep 2; kill -TERM $pid) & wait $pid; echo "code $?"; stty -a`;
    const shown = await onTerminal(desk, script, [], hidden);
    expect(shown.text).toContain('code 143');
    expect(shown.text).not.toMatch(/-echo\b|-icanon|-isig/);
  });

  test('leaves the terminal to the command', async () => {
    const script = `segura_secrets exec --secrets 'stripe/STRIPE_SECRET_KEY > KEY' --client-secret-file - -- sh -c 'read line; echo "got $line"'`;
    const shown = await onTerminal(
      desk,
      script,
      [
        [PROMPT, `${secret}\r`],
        ['KEY: ready', 'typed\r'],
      ],
      hidden,
    );
    expect(shown.text).toContain('got typed');
    expect(shown.code, shown.text).toBe(0);
  });
});
