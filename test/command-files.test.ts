import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { RunnerFile } from '../src/platform/github/runner-file.js';
import { inputsFor } from './support/inputs.js';
import { parseKeyValues } from './support/key-values.js';
import { ACTION, Job, type StepResult } from './support/runner.js';
import { cannot, lacks } from './support/skips.js';
import { startVault, type Vault } from './vault/index.js';

const FILES = ['GITHUB_OUTPUT', 'GITHUB_ENV', 'GITHUB_STATE'] as const;
const needsRoot = (): boolean => cannot(process.getuid?.() !== 0, 'what only root can set up');
const NO_MOUNT = 'a full disk, for which `mount` needs the right to mount';

async function withVault(operation: (vault: Vault, job: Job) => Promise<void>): Promise<void> {
  const vault = await startVault({ dialect: 'api' });
  const job = new Job();
  try {
    await operation(vault, job);
  } finally {
    job.close();
    await vault.close();
  }
}

/** A file system of one page that is full, which only root can make; undefined where that is not allowed. */
function fullDisk(): { folder: string; unmount: () => void } | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'segura-full-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', folder]);
  if (mounted.status !== 0) {
    rmSync(folder, { recursive: true });
    return undefined;
  }
  return {
    folder,
    unmount: () => {
      execFileSync('umount', [folder]);
      rmSync(folder, { recursive: true });
    },
  };
}

describe('a file of the runner that cannot be written is named, with cause and remedy, before any request', () => {
  for (const file of FILES) {
    test(`${file} that is missing`, () =>
      withVault(async (vault, job) => {
        const main = await job.main(inputsFor(vault, { credentials: '94 > A' }), {
          env: { [file]: join(job.folder, 'gone') },
        });
        expect([main.code, vault.journal.requests], main.log).toEqual([1, []]);
        expect(main.log).toMatch(
          new RegExp(`::error title=PLATFORM_UNSUPPORTED::.*\\(${file}\\) cannot be written \\(ENOENT\\)`),
        );
        expect(main.log).toContain('Make sure that no step cleans RUNNER_TEMP');
      }));

    test(`${file} that is a folder`, () =>
      withVault(async (vault, job) => {
        mkdirSync(join(job.folder, 'folder'));
        const main = await job.main(inputsFor(vault, { credentials: '94 > A' }), {
          env: { [file]: join(job.folder, 'folder') },
        });
        expect([main.code, vault.journal.requests], main.log).toEqual([1, []]);
        expect(main.log).toContain(`(${file}) cannot be written (EISDIR)`);
      }));

    // Root may write anywhere: the user of a job container that is not the runner's may not.
    test.skipIf(needsRoot() || lacks('setpriv'))(`${file} that belongs to another user`, () =>
      withVault(async (vault, job) => {
        const paths = Object.fromEntries(FILES.map((name) => [name, join(job.commands, name)]));
        for (const [name, path] of Object.entries(paths)) {
          writeFileSync(path, '');
          chmodSync(path, 0o644);
          if (name !== file) chownSync(path, 65_534, 65_534);
        }
        chmodSync(job.folder, 0o755);
        const ended = spawnSync(
          'setpriv',
          [
            '--reuid=65534',
            '--regid=65534',
            '--clear-groups',
            process.execPath,
            join(ACTION, 'dist/main.js'),
          ],
          {
            cwd: job.workspace,
            encoding: 'utf8',
            env: {
              PATH: process.env['PATH'],
              RUNNER_TEMP: job.temp,
              GITHUB_WORKSPACE: job.workspace,
              ...paths,
              ...Object.fromEntries(
                Object.entries(inputsFor(vault, { credentials: '94 > A' })).map(([name, value]) => [
                  `INPUT_${name.toUpperCase()}`,
                  value,
                ]),
              ),
            },
          },
        );
        // Where the checkout itself is closed to that user, nothing can be shown.
        if (/EACCES.*dist|Cannot find module/.test(ended.stderr)) return;
        expect([ended.status, vault.journal.requests], ended.stdout + ended.stderr).toEqual([1, []]);
        expect(ended.stdout).toContain(`(${file}) cannot be written (EACCES)`);
        expect(ended.stdout).toContain('options: --user 1001');
      }),
    );
  }

  test.skipIf(needsRoot())('GITHUB_STATE on a disk that is full', (context) =>
    withVault(async (vault, job) => {
      const disk = fullDisk();
      if (disk === undefined) return context.skip(cannot(true, NO_MOUNT), NO_MOUNT);
      try {
        const path = join(disk.folder, 'state');
        writeFileSync(path, '');
        spawnSync('dd', ['if=/dev/zero', `of=${join(disk.folder, 'filler')}`, 'bs=4096', 'count=99']);
        const main = await job.main(inputsFor(vault, { credentials: '94 > A' }), {
          env: { GITHUB_STATE: path },
        });
        expect([main.code, vault.journal.requests], main.log).toEqual([1, []]);
        expect(main.log).toContain('(GITHUB_STATE) cannot be written (ENOSPC)');
        expect(main.log).toContain('Free up space');
        expect(readFileSync(path, 'utf8')).toBe('');
      } finally {
        disk.unmount();
      }
    }),
  );

  test.skipIf(needsRoot())('GITHUB_OUTPUT on a disk that fills up: what was taken is released', (context) =>
    withVault(async (vault, job) => {
      const disk = fullDisk();
      if (disk === undefined) return context.skip(cannot(true, NO_MOUNT), NO_MOUNT);
      try {
        const path = join(disk.folder, 'output');
        writeFileSync(path, '');
        spawnSync('dd', ['if=/dev/zero', `of=${join(disk.folder, 'filler')}`, 'bs=4096', 'count=99']);
        const main = await job.main(inputsFor(vault, { credentials: '94 > A' }), {
          env: { GITHUB_OUTPUT: path },
        });
        expect([main.code, vault.custodies()], main.log).toEqual([1, []]);
        expect(main.log).toContain('(GITHUB_OUTPUT) cannot be written (ENOSPC)');
        expect(main.log).not.toContain('INTERNAL');
        expect(readFileSync(path, 'utf8')).toBe('');
      } finally {
        disk.unmount();
      }
    }),
  );
});

const ALL = [...FILES, 'GITHUB_STEP_SUMMARY'] as const;
const mkfifo = (path: string) => execFileSync('mkfifo', [path]);

/** What another program may put in the place of a runner's file. */
const REPLACEMENTS: readonly (readonly [string, (path: string, other: string) => void])[] = [
  ['a FIFO without a reader', (path) => mkfifo(path)],
  ['a link to another file', (path, other) => symlinkSync(other, path)],
  ['a link to a device', (path) => symlinkSync('/dev/zero', path)],
];

describe.skipIf(lacks('mkfifo'))(
  'a file of the runner that is not a regular file never blocks the step, and gets no value',
  () => {
    for (const file of ALL) {
      test.each(REPLACEMENTS)(`${file} that is %s`, (_, make) =>
        withVault(async (vault, job) => {
          const [path, other] = [join(job.folder, 'theirs'), join(job.folder, 'other')];
          writeFileSync(other, '');
          make(path, other);
          const main = await job.main(inputsFor(vault, { credentials: '94 > A' }), { env: { [file]: path } });
          expect(main.log).toMatch(new RegExp(`\\(${file}\\) cannot be written \\((ENXIO|ELOOP|EINVAL)\\)`));
          expect(main.log).toContain('Look for a step that replaced it.');
          expect([main.code, vault.everTaken().length > 0], main.log).toEqual(
            file === 'GITHUB_STEP_SUMMARY' ? [0, true] : [1, false],
          );
          expect(readFileSync(other, 'utf8')).toBe('');
        }),
      );

      test.each([...REPLACEMENTS, ['another file', (path: string) => writeFileSync(path, '')] as const])(
        `${file} that becomes %s while main runs; what was taken is released`,
        (_, make) =>
          withVault(async (vault, job) => {
            const [path, other] = [join(job.folder, 'theirs'), join(job.folder, 'other')];
            for (const each of [path, other]) writeFileSync(each, '');
            vault.faults.add({ match: { path: /credential.94/ }, fault: { kind: 'delayReply', ms: 1_500 } });
            // The state is saved before the read, and everything else is written after its reply.
            const replacing = setInterval(() => {
              if (vault.everTaken().length === 0) return;
              clearInterval(replacing);
              rmSync(path);
              make(path, other);
            }, 20);
            onTestFinished(() => clearInterval(replacing));
            const main = await job.main(inputsFor(vault, { credentials: '94 > A', 'export-env': 'true' }), {
              env: { [file]: path },
            });
            expect(main.log).toContain(`(${file}) cannot be written (ESTALE)`);
            expect(main.log).not.toContain('INTERNAL');
            expect(readFileSync(other, 'utf8')).toBe('');
            if (file === 'GITHUB_STEP_SUMMARY') expect(main.code, main.log).toBe(0);
            else expect([main.code, vault.everTaken(), vault.custodies()], main.log).toEqual([1, ['94'], []]);
          }),
      );
    }
  },
);

describe('a step that fails has set no output and no variable', () => {
  const requests = '94 > A\n96 > B\n94/username > USER';

  test
    .skipIf(lacks('mkfifo'))
    .each([
      ...REPLACEMENTS,
      ['another file', (path: string) => writeFileSync(path, '')] as const,
      ['a folder', (path: string) => mkdirSync(path)] as const,
      ['no file', () => undefined] as const,
    ])('when GITHUB_ENV becomes %s after the check', (_, make) =>
    withVault(async (vault, job) => {
      const [path, other] = [join(job.folder, 'theirs'), join(job.folder, 'other')];
      for (const each of [path, other]) writeFileSync(each, '');
      const output = join(job.folder, 'output');
      writeFileSync(output, 'before=1\n');
      vault.faults.add({ match: { path: /credential.94/ }, fault: { kind: 'delayReply', ms: 1_500 } });
      let isReplaced = false;
      const main = await job.main(inputsFor(vault, { credentials: requests, 'export-env': 'true' }), {
        env: { GITHUB_ENV: path, GITHUB_OUTPUT: output },
        onOutput: (text) => {
          if (isReplaced || !text.includes('oauth2/token')) return;
          isReplaced = true;
          setTimeout(() => {
            rmSync(path);
            make(path, other);
          }, 500);
        },
      });
      expect(main.log).toMatch(/\(GITHUB_ENV\) cannot be written \((ESTALE|ENOENT)\)/);
      expect([main.code, vault.custodies()], main.log).toEqual([1, []]);
      expect([readFileSync(output, 'utf8'), readFileSync(other, 'utf8')]).toEqual(['before=1\n', '']);
    }),
  );

  test.skipIf(needsRoot())('when the disk of GITHUB_ENV is full', (context) =>
    withVault(async (vault, job) => {
      const disk = fullDisk();
      if (disk === undefined) return context.skip(cannot(true, NO_MOUNT), NO_MOUNT);
      try {
        const path = join(disk.folder, 'env');
        writeFileSync(path, '');
        spawnSync('dd', ['if=/dev/zero', `of=${join(disk.folder, 'filler')}`, 'bs=4096', 'count=99']);
        const main = await job.main(inputsFor(vault, { credentials: requests, 'export-env': 'true' }), {
          env: { GITHUB_ENV: path },
        });
        expect(main.log).toContain('(GITHUB_ENV) cannot be written (ENOSPC)');
        expect([main.code, vault.custodies(), [...main.outputs]], main.log).toEqual([1, [], []]);
        expect(readFileSync(path, 'utf8')).toBe('');
      } finally {
        disk.unmount();
      }
    }),
  );

  test('but text that another program has appended since stays', () => {
    const folder = mkdtempSync(join(tmpdir(), 'segura-append-'));
    const path = join(folder, 'output');
    writeFileSync(path, 'before=1\n');
    const takeBack = new RunnerFile('GITHUB_OUTPUT', path).appendPairs([{ name: 'A', value: 'x' }]);
    const whole = `${readFileSync(path, 'utf8')}theirs=1\n`;
    writeFileSync(path, whole);
    takeBack();
    expect(readFileSync(path, 'utf8')).toBe(whole);
    rmSync(folder, { recursive: true });
  });
});

describe('a state file in whose place another program put one while main ran', () => {
  const replacedOn = async (
    vault: Vault,
    job: Job,
    wanted: Record<string, string>,
    match: { path: RegExp },
  ): Promise<{ main: StepResult; state: Map<string, string>; text: string }> => {
    const path = join(job.folder, 'theirs');
    writeFileSync(path, '');
    vault.faults.add({ match, fault: { kind: 'delayReply', ms: 1_500 } });
    let isReplaced = false;
    const main = await job.main(inputsFor(vault, wanted), {
      env: { GITHUB_STATE: path },
      onOutput: (text) => {
        if (isReplaced || !text.includes('oauth2/token')) return;
        isReplaced = true;
        setTimeout(() => {
          rmSync(path);
          writeFileSync(path, 'other=1\n');
        }, 500);
      },
    });
    const text = readFileSync(path, 'utf8');
    return { main, state: parseKeyValues(text), text };
  };

  test.each([
    ['took and released', { credentials: '94 > A' }, { path: /credential.94/ }, 1],
    ['had nothing to release', { secrets: 'stripe/*' }, { path: /secret|application/ }, 0],
  ])('does not let post warn where main %s', (_, wanted, match, code) =>
    withVault(async (vault, job) => {
      const { main, state } = await replacedOn(vault, job, wanted, match);
      expect([main.code, vault.custodies()], main.log).toEqual([code, []]);
      expect([...state]).toEqual([
        ['other', '1'],
        ['segura_ledger', ''],
      ]);
      const post = await job.post({}, { state });
      expect([post.code, post.log]).toEqual([0, '']);
    }),
  );

  test('lets post warn where something is held, and gets no login', () =>
    withVault(async (vault, job) => {
      vault.faults.add({
        match: { method: 'DELETE' },
        times: Number.POSITIVE_INFINITY,
        fault: { kind: 'businessError', code: 1_009 },
      });
      const wanted = { credentials: '94 > A', 'release-failure': 'fail' };
      const { main, state, text } = await replacedOn(vault, job, wanted, { path: /credential.94/ });
      expect([main.code, vault.custodies().length], main.log).toEqual([1, 1]);
      expect(text).toBe('other=1\n');
      const post = await job.post({}, { state });
      expect(post.log).toContain('title=STATE_INVALID::The runner passed no state to this post step.');
      expect(post.log).toContain('this may still be held: 94');
      expect(post.code).toBe(1);
    }));
});

describe('the job summary', () => {
  test.each([
    ['is missing', (path: string) => rmSync(path, { force: true }), 'ENOENT'],
    ['is a folder', (path: string) => mkdirSync(path), 'EISDIR'],
  ])(
    'that cannot be written is reported before anything is taken, and fails nothing: it %s',
    (_, spoil, code) =>
      withVault(async (vault, job) => {
        const path = join(job.folder, 'summary');
        spoil(path);
        const main = await job.main(inputsFor(vault, { credentials: '94 > A' }), {
          env: { GITHUB_STEP_SUMMARY: path },
        });
        expect(main.code, main.log).toBe(0);
        const told = main.log.indexOf(`(GITHUB_STEP_SUMMARY) cannot be written (${code})`);
        expect(told).toBeGreaterThan(-1);
        expect(told).toBeLessThan(main.log.indexOf('POST /iso/oauth2/token'));
        expect(main.log).toContain('summary: false');
        expect(main.log.match(/GITHUB_STEP_SUMMARY/g)?.length).toBe(1);
        const quiet = await job.main(inputsFor(vault, { secrets: 'stripe/*', summary: 'false' }), {
          env: { GITHUB_STEP_SUMMARY: path },
        });
        expect(quiet.log).not.toContain('GITHUB_STEP_SUMMARY');
        await job.post({});
      }),
  );

  test('stays under 1 MiB with its existing text, and says how many rows are missing', () =>
    withVault(async (vault, job) => {
      const path = join(job.folder, 'summary');
      writeFileSync(path, 'x'.repeat(1024 * 1024 - 1_500));
      const credentials = Array.from({ length: 40 }, (_, at) => `94/username > NAME_${at}`).join('\n');
      const main = await job.main(inputsFor(vault, { credentials }), { env: { GITHUB_STEP_SUMMARY: path } });
      expect(main.code, main.log).toBe(0);
      const text = readFileSync(path, 'utf8').replace(/^x+/, '');
      const shown = text.match(/^\| NAME/gm)?.length ?? 0;
      expect(shown).toBeGreaterThan(2);
      expect(text).toContain(`${40 - shown} more rows are left out: a step's summary can be 1 MiB at most.`);
      expect(readFileSync(path).length).toBeLessThanOrEqual(1024 * 1024);
      await job.post({});
    }));
});
