import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { inputsFor } from './support/inputs.js';
import { Job } from './support/runner.js';
import { filesWith } from './support/secret-files.js';
import { cannot, isWindows } from './support/skips.js';
import { openVault } from './vault/vault-fixture.js';

const YAML = `database:\n  password: changeme # rotated\n${'# filler\n'.repeat(1_000)}`;
const LINE = '94 > disk/app.yaml#/database/password';
const isRoot = process.getuid?.() === 0;

/** A job with a file on a small disk of its own, which only root can mount. */
function newJob(): { job: Job; path: string } {
  const job = new Job();
  onTestFinished(() => job.close());
  mkdirSync(join(job.workspace, 'disk'));
  return { job, path: join(job.workspace, 'disk/app.yaml') };
}

function mount(folder: string, size: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]);
  onTestFinished(() => void spawnSync('umount', [folder]));
}

/** Takes what is left of a disk. */
function fill(folder: string): void {
  spawnSync('sh', ['-c', 'cat /dev/zero >"$0/filler" 2>/dev/null', folder]);
}

function canMount(): boolean {
  return spawnSync('unshare', ['-m', 'sh', '-c', 'mount -t tmpfs tmpfs /mnt']).status === 0;
}

const cannotFillDisk =
  isWindows() || cannot(!isRoot || !canMount(), 'a full disk, for which `mount` needs the right to mount');

describe.skipIf(cannotFillDisk)('on a disk that is full', () => {
  test.each(['of the file', 'of the temporary folder'])(
    '%s, no value is put into a file, and the error says why',
    async (which) => {
      const vault = await openVault({ dialect: 'api' });
      const { job, path } = newJob();
      const full = which === 'of the file' ? join(job.workspace, 'disk') : job.temp;
      mount(full, '64k');
      writeFileSync(path, YAML);
      fill(full);
      const templates = 'a.conf.liquid > disk/a.conf';
      writeFileSync(join(job.workspace, 'a.conf.liquid'), 'x={{ "94" | credential }}\n');
      const main = await job.main(inputsFor(vault, { inject: LINE, templates }));
      expect([main.code, main.stderr], main.log).toEqual([1, '']);
      expect(main.log).toMatch(/title=FILE_REFUSED.*ENOSPC/);
      const post = await job.post({});
      expect([post.code, post.stderr], post.log).toEqual([0, '']);
      expect(readFileSync(path, 'utf8')).toBe(YAML);
      expect(readdirSync(join(job.workspace, 'disk')).filter((name) => name !== 'filler')).toEqual([
        'app.yaml',
      ]);
      expect(filesWith([vault.password(94)], job.leftBehind())).toEqual([]);
      expect(vault.custodies()).toEqual([]);
    },
  );

  test('by the end of the job, the file has its old bytes all the same', async () => {
    const vault = await openVault({ dialect: 'api' });
    const { job, path } = newJob();
    mount(join(job.workspace, 'disk'), '64k');
    writeFileSync(path, YAML);
    const before = statSync(path);
    const main = await job.main(inputsFor(vault, { inject: LINE }));
    expect([main.code, readFileSync(path, 'utf8') === YAML], main.log).toEqual([0, false]);
    fill(join(job.workspace, 'disk'));
    const post = await job.post({});
    expect([post.code, post.stderr], post.log).toEqual([0, '']);
    expect(readFileSync(path, 'utf8'), post.log).toBe(YAML);
    const after = statSync(path);
    expect([after.mode, after.uid]).toEqual([before.mode, before.uid]);
    expect(filesWith([vault.password(94)], job.leftBehind())).toEqual([]);
  });
});

/** Node as a user for whom modes count. A shell would drop variables whose names have hyphens. */
function asUser(job: Job): { node: string } {
  const node = join(job.folder, 'node');
  const words = ['--reuid', '54321', '--clear-groups', process.execPath];
  const script = `const { spawnSync } = require('node:child_process');
spawnSync('chown', ['-R', '54321', ${JSON.stringify(job.folder)}]);
const words = [...${JSON.stringify(words)}, ...process.argv.slice(2)];
process.exitCode = spawnSync('setpriv', words, { stdio: 'inherit' }).status;
`;
  writeFileSync(node, `#!${process.execPath}\n${script}`, { mode: 0o755 });
  return { node };
}

describe.skipIf(isWindows() || cannot(!isRoot, 'what only root can set up'))(
  'a file that is read-only',
  () => {
    test.each<[string, (path: string) => void]>([
      ['by its mode', (path) => chmodSync(path, 0o444)],
      ['by its folder', (path) => chmodSync(join(path, '..'), 0o555)],
    ])('%s gets no value, and nothing is left', async (_, protect) => {
      const vault = await openVault({ dialect: 'api' });
      const { job, path } = newJob();
      writeFileSync(path, YAML);
      protect(path);
      const main = await job.main(inputsFor(vault, { inject: LINE }), asUser(job));
      expect(main.code, main.log).toBe(1);
      expect(main.log.match(/title=\w+/g), main.log).toEqual(['title=FILE_REFUSED']);
      await job.post({}, asUser(job));
      expect(readFileSync(path, 'utf8')).toBe(YAML);
      expect(filesWith([vault.password(94)], job.leftBehind())).toEqual([]);
      expect(vault.custodies()).toEqual([]);
    });

    test('by its folder by the end of the job has its old bytes all the same', async () => {
      const vault = await openVault({ dialect: 'api' });
      const { job, path } = newJob();
      writeFileSync(path, YAML);
      const main = await job.main(inputsFor(vault, { inject: LINE }), asUser(job));
      expect([main.code, readFileSync(path, 'utf8') === YAML], main.log).toEqual([0, false]);
      chmodSync(join(path, '..'), 0o555);
      const post = await job.post({}, asUser(job));
      expect([post.code, post.stderr], post.log).toEqual([0, '']);
      expect(readFileSync(path, 'utf8'), post.log).toBe(YAML);
      expect(filesWith([vault.password(94)], job.leftBehind())).toEqual([]);
    });
  },
);
