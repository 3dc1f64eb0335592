import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { COMMANDS, type CommandName } from '../../src/cli/options/commands.js';
import type { Desk } from '../support/command-line.js';
import { openDesk } from '../support/desk-fixture.js';
import { lacks } from '../support/skips.js';
import { lacksScript, onTerminal } from '../support/terminal.js';

let desk: Desk;

beforeEach(async () => {
  ({ desk } = await openDesk());
  writeFileSync(join(desk.folder, 'state of mine'), '');
  writeFileSync(join(desk.folder, 'stated'), '');
});

async function script(shell: string): Promise<string> {
  const ended = await desk.run(['completion', shell]);
  expect([ended.code, ended.stderr]).toEqual([0, '']);
  const path = join(desk.folder, `completion.${shell}`);
  writeFileSync(path, ended.stdout);
  return path;
}

/** What a line offers where it ends, and what it must not offer. */
const CASES = [
  [
    'segura-secrets ',
    ['exec', 'export', 'release', 'runb', 'check', 'completion', 'help', 'version'],
    ['--state'],
  ],
  ['segura-secrets ex', ['exec', 'export'], ['release']],
  ['segura-secrets exec --cus', ['--custody-wait', '--custody-release'], ['--state']],
  ['segura-secrets release --', ['--state', '--run', '--quiet'], ['--secrets']],
  ['segura-secrets export --format ', ['sh', 'json', 'github'], ['--state', 'stated']],
  ['segura-secrets runb --tool git', ['github', 'gitlab'], ['linux']],
  ['segura-secrets export --state sta', ['stated', 'state of mine'], ['--state']],
  ['segura-secrets help re', ['release'], ['exec']],
  ['segura-secrets completion ', ['bash', 'zsh', 'fish'], []],
  ['segura-secrets exec --state s -- setpr', ['setpriv'], ['--state']],
] as const;

function expectOffers(offered: readonly string[], some: readonly string[], none: readonly string[]): void {
  for (const word of some) expect(offered).toContain(word);
  for (const word of none) expect(offered).not.toContain(word);
}

describe.skipIf(lacks('bash'))('bash', () => {
  test('has a function for segura-secrets', async () => {
    const ended = await desk.shell(['bash'], `. '${await script('bash')}'; complete -p segura-secrets`);
    expect(ended.stdout.toString()).toBe('complete -F _segura_secrets segura-secrets\n');
  });

  test.each(CASES)('completes %j', async (line, some, none) => {
    const words = line.split(' ').map((word) => `'${word}'`);
    const call = `. '${await script('bash')}'; COMP_WORDS=(${words.join(' ')}); COMP_CWORD=${words.length - 1}
      _segura_secrets; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const ended = await desk.shell(['bash'], call);
    expect(ended.stderr).not.toMatch(/syntax|not found/);
    expectOffers(ended.stdout.toString().split('\n'), some, none);
  });

  test('offers a file that is named like a pattern, and nothing that the pattern matches', async () => {
    for (const name of ['*', 'a [b]', '?']) writeFileSync(join(desk.folder, name), '');
    for (const [cur, names] of [
      ['a ', ['a [b]']],
      ['', ['*', '?', 'a [b]', 'completion.bash', 'state of mine', 'stated']],
    ] as const) {
      const call = `. '${await script('bash')}'; COMP_WORDS=(segura-secrets export --state '${cur}'); COMP_CWORD=3
        _segura_secrets; printf '%s\\n' "\${COMPREPLY[@]}"`;
      const ended = await desk.shell(['bash'], call);
      expect(ended.stdout.toString().trim().split('\n').sort(), ended.stderr).toEqual(names);
    }
  });

  test.each([
    [['segura-secrets', 'export', '--format', '='], 'json'],
    [['segura-secrets', 'export', '--format', '=', 'js'], 'json'],
  ])('completes a value behind "=": %j', async (words, value) => {
    const list = words.map((word) => `'${word}'`).join(' ');
    const call = `. '${await script('bash')}'; COMP_WORDS=(${list}); COMP_CWORD=${words.length - 1}
      _segura_secrets; printf '%s\\n' "\${COMPREPLY[@]}"`;
    expect((await desk.shell(['bash'], call)).stdout.toString().split('\n')).toContain(value);
  });
});

describe.skipIf(lacks('zsh'))('zsh', () => {
  test('reads the script', async () => {
    const path = await script('zsh');
    const ended = await desk.spawn('zsh', ['-fn', path], {});
    expect([ended.code, ended.stderr]).toEqual([0, '']);
  });

  test.skipIf(lacksScript())('completes commands, options, values and files at a prompt', async () => {
    const path = await script('zsh');
    const start = `autoload -Uz compinit; compinit -u -D; source '${path}'; segura-secrets() { print -rl -- "<$*>"; }; PS1='ready> '; print begun`;
    writeFileSync(join(desk.folder, '.zshrc'), start);
    const shown = await onTerminal(
      desk,
      'exec zsh -di',
      [
        ['ready> ', 'segura-secrets expo\t\r'],
        ['ready> ', 'segura-secrets exec --deadl\t3\r'],
        ['ready> ', 'segura-secrets runb --tool bam\t\r'],
        ['ready> ', 'segura-secrets export --state stated\t\r'],
        ['ready> ', 'segura-secrets exec -- setpri\t\r'],
        ['ready> ', 'exit\r'],
      ],
      { ZDOTDIR: desk.folder, TERM: 'dumb' },
    );
    for (const line of [
      '<export>',
      '<exec --deadline=3>',
      '<runb --tool bamboo>',
      '<export --state stated>',
      '<exec -- setpriv>',
    ])
      expect(shown.text.replaceAll(/ >/g, '>')).toContain(line);
  });
});

describe.skipIf(lacks('fish'))('fish', () => {
  test.each(CASES)('completes %j', async (line, some, none) => {
    const path = await script('fish');
    const ended = await desk.spawn('fish', ['-N', '-c', `source '${path}'; complete -C '${line}'`], {});
    expect([ended.code, ended.stderr]).toEqual([0, '']);
    const offered = ended.stdout
      .toString()
      .split('\n')
      .map((each) => each.replace(/\t.*/, '').replaceAll('\\', ''));
    expectOffers(offered, some, none);
  });
});

test('every command and every option that a command takes is completed in each shell', async () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { stdout } = await desk.run(['completion', shell]);
    for (const name of Object.keys(COMMANDS) as CommandName[]) {
      expect(stdout.toString()).toContain(name);
      for (const option of COMMANDS[name].options)
        expect(stdout.toString()).toContain(shell === 'fish' ? `-l ${option}` : `--${option}`);
    }
  }
});

test.each([[[]], [['powershell']], [['bash', 'zsh']]])('completion of %j ends with 2', async (words) => {
  const ended = await desk.run(['completion', ...words]);
  expect([ended.code, ended.stdout.length]).toEqual([2, 0]);
});
