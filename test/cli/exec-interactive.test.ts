import { describe, expect, test } from 'vitest';
import { COMMAND_LINE } from '../support/command-line.js';
import { openDesk } from '../support/desk-fixture.js';
import { lacksPython, NODE, onTerminal } from '../support/python.js';
import { lacks } from '../support/skips.js';

const EXEC = [NODE, COMMAND_LINE, 'exec', '--interactive', '--quiet'] as const;
const DEPLOY = ['--credentials', '94 > DEPLOY'] as const;

test('--interactive fails if standard output is not a terminal, and nothing is fetched', async () => {
  const { vault, desk } = await openDesk();
  const ended = await desk.run(['exec', '--interactive', ...DEPLOY, '--', 'true']);
  expect(ended.code).toBe(125);
  expect(ended.stderr).toContain('INPUT_INVALID');
  expect(ended.stderr).toContain('Leave --interactive out');
  expect(vault.everTaken()).toEqual([]);
});

describe.skipIf(lacksPython)('exec --interactive', () => {
  test('gives a shell the terminal, with its keys and job control, and warns that nothing is redacted', async () => {
    const { vault, desk } = await openDesk();
    const value = vault.value('stripe', 'STRIPE_SECRET_KEY') ?? '';
    const ended = await onTerminal(
      desk,
      [
        ['$ ', 'tty; echo "<$KEY>"; sleep 30\\n'],
        [`<${value}>`, '\\x1a'],
        ['Stopped', 'fg\\n'],
        ['sleep 30', '\\x03'],
        ['$ ', 'exit 7\\n'],
      ],
      [
        'env',
        'PS1=$ ',
        ...EXEC,
        ...DEPLOY,
        '--secrets',
        'stripe/STRIPE_SECRET_KEY > KEY',
        '--',
        'bash',
        '--norc',
        '-i',
      ],
    );
    const shown = ended.stdout.toString();
    expect(shown).toMatch(/warning:\S* --interactive .* not redacted/);
    expect(shown).toMatch(/\/dev\/(pts\/|tty)/);
    expect(shown).toContain('ended with 7');
    expect(vault.custodies()).toEqual([]);
  });

  test('keeps custody while a REPL lives through ctrl-C', async () => {
    const { vault, desk } = await openDesk();
    const ended = await onTerminal(
      desk,
      [
        ['>>> ', '\\x03'],
        ['KeyboardInterrupt', 'import time; time.sleep(4); print("still", "here")\\n'],
        ['still here', 'exit(3)\\n'],
      ],
      [
        ...EXEC.filter((word) => word !== '--quiet'),
        ...DEPLOY,
        '--',
        'env',
        'PYTHON_BASIC_REPL=1',
        'python3',
        '-q',
        '-i',
      ],
    );
    expect(ended.stdout.toString()).toContain('ended with 3');
    expect(ended.stdout.toString()).toMatch(/released custody of 94 after ([4-9]|\d\d) s/);
    expect(vault.custodies()).toEqual([]);
  });

  test.skipIf(lacks('bash'))('redacts a stream that is not a terminal', async () => {
    const { desk } = await openDesk();
    const line = `'${EXEC.join("' '")}' --secrets 'stripe/STRIPE_SECRET_KEY > KEY' -- sh -c 'echo "err $KEY" >&2' 2> err; cat err`;
    const ended = await onTerminal(desk, [], ['bash', '-c', line]);
    expect(ended.stdout.toString()).toContain('err ***');
  });
});
