import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { gitCommand, gitSshScript, shellWord, sshConfig } from '../../../../../src/core/job/ssh/git-ssh.js';
import { isWindows } from '../../../../support/skips.js';

const OURS = '/tmp/segura-secrets-AbC123';

describe('the command of git', () => {
  test.each([
    ['', '', 'ssh'],
    ['ssh -o BatchMode=yes', '', 'ssh -o BatchMode=yes'],
    ['/usr/bin/ssh -i key', '/some/program', '/usr/bin/ssh -i key'],
    ['"C:/Program Files/Git/usr/bin/ssh.exe" -v', '', '"C:/Program Files/Git/usr/bin/ssh.exe" -v'],
    // Of an earlier step: its hosts are among ours, and its keys come after ours.
    [`ssh -F '${OURS}/ssh-config'`, '', 'ssh'],
    [`sh '${OURS}/git-ssh'`, '', `sh '${OURS}/git-ssh'`],
  ])('%s stays, and can be added to', (gitSshCommand, gitSsh, expected) => {
    expect(gitCommand({ gitSshCommand, gitSsh })).toBe(expected);
  });

  test.each([
    ['plink -batch', ''],
    ['ssh -F own-config', ''],
    ['ssh -Fown-config', ''],
    ["sh '/somewhere/else/git-ssh'", ''],
    ['', '/usr/bin/wrapper'],
  ])('%s%s is refused, since a configuration cannot be added to it', (gitSshCommand, gitSsh) => {
    expect(() => gitCommand({ gitSshCommand, gitSsh })).toThrow(/^The environment variable GIT_SSH/);
  });
});

test('a configuration checks host keys, by our file and those of the user, and has the rest of both others', () => {
  const text = sshConfig('/tmp/100% sure/known_hosts');
  expect(text).toContain('UserKnownHostsFile "/tmp/100%% sure/known_hosts" ~/.ssh/known_hosts');
  expect(text).toContain('StrictHostKeyChecking yes');
  expect(text).toContain('Include ~/.ssh/config /etc/ssh/ssh_config');
});

describe.skipIf(isWindows())('the program for git', () => {
  /** What it calls in the place of ssh, word by word. */
  function called(...words: readonly string[]): string[] {
    const folder = mkdtempSync(join(tmpdir(), "segura o'brien-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const [program, script] = [join(folder, 'ssh'), join(folder, 'git-ssh')];
    writeFileSync(program, '#!/bin/sh\nfor word do printf "%s\\n" "$word"; done\n');
    chmodSync(program, 0o755);
    const repository = (path: string) => ({ user: 'git', host: 'git.example.com', path });
    const keys = [
      { repository: repository('owner/repo'), path: join(folder, 'one.pub') },
      { repository: repository('owner/repo-more'), path: join(folder, 'two.pub') },
    ];
    writeFileSync(script, gitSshScript(keys, `${shellWord(program)} -v`));
    const out = execFileSync('sh', [script, ...words], { encoding: 'utf8' });
    return out
      .trim()
      .split('\n')
      .map((word) => word.replace(`${folder}/`, ''));
  }
  const WITH_ONE = ['-v', '-o', 'IdentitiesOnly=yes', '-i', 'one.pub'];
  const WITH_TWO = ['-v', '-o', 'IdentitiesOnly=yes', '-i', 'two.pub'];

  test.each([
    [["git-upload-pack 'owner/repo.git'"], WITH_ONE],
    [["git-upload-pack '/owner/repo'"], WITH_ONE],
    [["git-receive-pack 'owner/repo-more.git'"], WITH_TWO],
    [['git-lfs-authenticate owner/repo.git download'], WITH_ONE],
    [["git-upload-pack 'owner/repo-other.git'"], ['-v']],
    [["git-upload-pack 'owner/repo/wiki.git'"], ['-v']],
    [["git-upload-pack 'owner/it'\\''s; rm -rf /'"], ['-v']],
  ])('picks by the repository alone: %s', (command, expected) => {
    const words = ['-o', 'SendEnv=GIT_PROTOCOL', '-p', '2222', 'git@git.example.com', ...command];
    expect(called(...words)).toEqual([...expected, ...words]);
  });

  test('leaves another host and another user alone, and what is no call of git', () => {
    for (const place of ['git@example.com', 'deploy@git.example.com'])
      expect(called(place, "git-upload-pack 'owner/repo'").slice(0, 2)).toEqual(['-v', place]);
    expect(called('-G', 'git@git.example.com')).toEqual(['-v', '-G', 'git@git.example.com']);
  });
});
