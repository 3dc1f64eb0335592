import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { inputsFor } from './support/inputs.js';
import { Job, type StepResult } from './support/runner.js';
import { startVault, type Vault } from './vault/index.js';
import { tokenFor } from './vault/raw-client.js';

/** A step of the job that uses the action, with the state that the runner keeps for it. */
interface Use {
  readonly state: Map<string, string>;
  main(wanted: Record<string, string>): Promise<StepResult>;
  post(): Promise<StepResult>;
}

async function started() {
  const vault = await startVault({ dialect: 'api' });
  const job = new Job();
  onTestFinished(async () => {
    job.close();
    await vault.close();
  });
  const use = (): Use => {
    const state = new Map<string, string>();
    return {
      state,
      main: (wanted) => job.main(inputsFor(vault, wanted), { state }),
      post: () => job.post({}, { state }),
    };
  };
  return { vault, job, use, uses: join(job.temp, 'segura-secrets-uses') };
}

const heldIn = (vault: Vault): string[] => vault.custodies().map(({ credentialId }) => credentialId);
const releasesOf = (vault: Vault): string[] =>
  vault.journal.lines().filter((line) => line.startsWith('DELETE'));

describe('two uses in one job', () => {
  test('hold one credential until the last use ends, and release it once', async () => {
    const { vault, use } = await started();
    const [first, second] = [use(), use()];
    expect((await first.main({ credentials: '94 > A' })).code).toBe(0);
    expect((await second.main({ credentials: '94 > B\n96 > C' })).code).toBe(0);
    const later = await second.post();
    expect([later.code, heldIn(vault)], later.log).toEqual([0, ['94']]);
    expect(later.log).toContain('custody of 94 stays: another step of this job uses it');
    const last = await first.post();
    expect([last.code, heldIn(vault)], last.log).toEqual([0, []]);
    expect(last.log).toContain('released custody of 94');
    expect(releasesOf(vault).sort()).toEqual([
      'DELETE /api/pam/credential/custody/94',
      'DELETE /api/pam/credential/custody/96',
    ]);
    expect(`${later.log}${last.log}`).not.toContain('::warning');
  });

  test('that log in differently are told when both hold one credential', async () => {
    const { vault, job, use } = await started();
    expect((await use().main({ credentials: '94 > A' })).code).toBe(0);
    const token = await tokenFor(vault, vault.clients.ci);
    const { 'client-id': _id, 'client-secret': _secret, ...inputs } = inputsFor(vault, {});
    const env = { ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token-of-this-job' };
    const main = async (credentials: string): Promise<StepResult> =>
      job.main({ ...inputs, 'access-token': token, credentials }, { env, state: new Map() });
    expect((await main('96 > B')).log).not.toContain('::warning');
    const second = await main('94 > C');
    expect(second.code, second.log).toBe(0);
    expect(second.log.match(/::warning::.*/g)).toEqual([
      expect.stringMatching(/Custody of 94 is also held under a different login/),
    ]);
  });

  test.each(['SIGINT', 'SIGKILL'] as const)(
    'a step that %s ends while it releases leaves no record of custody that it has released',
    async (signal) => {
      const { vault, job, use } = await started();
      const later = use();
      vault.faults.add({
        match: { method: 'DELETE', path: /custody\/96/ },
        fault: { kind: 'delay', ms: 6_000 },
      });
      const state = new Map<string, string>();
      const failed = await job.main(inputsFor(vault, { credentials: '94/NO_SUCH > A\n96 > C' }), {
        state,
        onStart: (pid) => {
          const watching = setInterval(() => {
            if (releasesOf(vault).length < 2 || heldIn(vault).includes('94')) return;
            clearInterval(watching);
            setTimeout(() => process.kill(pid, signal), 300);
          }, 10);
        },
      });
      expect(failed.code, failed.log).not.toBe(0);
      expect((await later.main({ credentials: '94 > B' })).code).toBe(0);
      await later.post();
      const last = await job.post({}, { state });
      expect(heldIn(vault), last.log).toEqual([]);
    },
  );

  test('a failing step that cannot write the account releases once more what a later step left to it', async () => {
    const { vault, job, uses, use } = await started();
    const [first, second] = [use(), use()];
    const lock = join(uses, 'lock');
    const state = first.state;
    const failed = await job.main(inputsFor(vault, { credentials: '94/NO_SUCH > A' }), {
      state,
      onStart: () => {
        const watching = setInterval(() => {
          if (!heldIn(vault).includes('94')) return;
          clearInterval(watching);
          // Held by a process that lives: this one.
          writeFileSync(lock, String(process.pid), { flag: 'w' });
        }, 1);
      },
    });
    expect(failed.code).toBe(1);
    rmSync(lock, { force: true });
    expect((await second.main({ credentials: '94 > B' })).code).toBe(0);
    await second.post();
    const last = await first.post();
    expect(heldIn(vault), last.log).toEqual([]);
  });

  test.each([
    ['asks for a field that is not there', { credentials: '94/NO_SUCH > B\n96 > C' }],
    ['asks for a secret that is not there', { credentials: '94 > B\n96 > C', secrets: 'no/such > D' }],
    ['asks for the same under another name', { credentials: '95/NO_SUCH > B\n96 > C\nroot@web-01 > D' }],
  ])('a step that fails releases only what it added itself: it %s', async (_what, wanted) => {
    const { vault, use } = await started();
    const [first, second] = [use(), use()];
    await first.main({ credentials: '94 > A\nroot@web-01 > R' });
    const failed = await second.main(wanted);
    expect([failed.code, heldIn(vault).sort()], failed.log).toEqual([1, ['94', '95']]);
    await second.post();
    expect(heldIn(vault).sort()).toEqual(['94', '95']);
    await first.post();
    expect(heldIn(vault)).toEqual([]);
    expect(new Set(releasesOf(vault)).size).toBe(releasesOf(vault).length);
  });

  test('a step that waits for a credential of another client keeps what an earlier step uses', async () => {
    const { vault, use } = await started();
    const [first, second] = [use(), use()];
    vault.holdBy('95', 'another-client');
    await first.main({ credentials: '94 > A' });
    const waited = await second.main({ credentials: '94 > B\n95 > C', 'custody-wait': '3' });
    expect([waited.code, waited.log.includes('CUSTODY_HELD')], waited.log).toEqual([1, true]);
    expect(releasesOf(vault).filter((line) => line.endsWith('/94'))).toEqual([]);
    await second.post();
    await first.post();
    expect(heldIn(vault).filter((id) => id !== '95')).toEqual([]);
  });

  test('custody that an earlier step keeps on purpose is not released by a later one', async () => {
    const { vault, use } = await started();
    const [first, second] = [use(), use()];
    await first.main({ credentials: '94 > A', 'custody-release': 'false' });
    const failed = use();
    const undone = await failed.main({ credentials: '94/NO_SUCH > B' });
    expect(undone.log).toContain('custody of 94 stays: another step of this job may keep it on purpose');
    await second.main({ credentials: '94 > B\n96 > C' });
    const later = await second.post();
    expect(later.log).toContain(
      'custody of 94 stays: another step of this job keeps it on purpose, and no post releases it',
    );
    await first.post();
    expect(heldIn(vault)).toEqual(['94']);
  });

  test.each([
    ['one post', '95 > A\nroot@web-01 > B', 0],
    ['one main that fails', '95 > A\nroot@web-01 > B\n96/NO_SUCH > C', 1],
  ])('one credential under several names is released once, by %s', async (_what, credentials, code) => {
    const { vault, use } = await started();
    const step = use();
    const main = await step.main({ credentials });
    const post = await step.post();
    const log = `${main.log}${post.log}`;
    expect([main.code, post.code, heldIn(vault)], log).toEqual([code, 0, []]);
    const released = releasesOf(vault).filter((line) => line.endsWith('/95'));
    expect(released).toHaveLength(1);
    expect(new Set(releasesOf(vault)).size).toBe(releasesOf(vault).length);
    for (const name of ['95', 'root@web-01']) expect(log).toContain(`released custody of ${name} after`);
    expect(log).not.toContain('not held any more');
  });

  test('a later step that failed and holds nothing is not mentioned', async () => {
    const { vault, use } = await started();
    const [first, second] = [use(), use()];
    await first.main({ credentials: '94 > A' });
    expect((await second.main({ credentials: '96/NO_SUCH > B' })).code).toBe(1);
    await second.post();
    const last = await first.post();
    expect([heldIn(vault), last.log.includes('::warning')], last.log).toEqual([[], false]);
  });

  test('of two legs of a matrix that share a temporary folder are not counted together', async () => {
    const { vault, job, uses } = await started();
    const leg = (id: string) => ({
      state: new Map<string, string>(),
      env: { GITHUB_RUN_ID: '7', GITHUB_JOB: 'test', RUNNER_TRACKING_ID: `github_${id}` },
    });
    const [one, other] = [leg('1'), leg('2')];
    await job.main(inputsFor(vault, { credentials: '94 > A' }), one);
    await job.main(inputsFor(vault, { credentials: '94 > B\n96 > C' }), other);
    expect(readdirSync(uses)).toHaveLength(2);
    // A step may give those after it another id: what main saw counts.
    const post = await job.post({}, { ...other, env: { RUNNER_TRACKING_ID: '' } });
    expect([heldIn(vault), post.log.includes('::warning')], post.log).toEqual([[], false]);
    await job.post({}, one);
    expect(readdirSync(uses)).toHaveLength(2);
  });

  test('are not counted together under another client id', async () => {
    const { vault, job, use, uses } = await started();
    const [first, other] = [use(), new Map<string, string>()];
    await first.main({ credentials: '94 > A' });
    const main = await job.main(inputsFor(vault, { credentials: '96 > B' }, vault.clients.other), {
      state: other,
    });
    expect([main.code, heldIn(vault).sort()], main.log).toEqual([0, ['94', '96']]);
    const texts = readdirSync(uses).map((name) => readFileSync(join(uses, name), 'utf8'));
    const claimed = texts.map((text) => [...text.matchAll(/"credential":"(\d+)"/g)].map(([, name]) => name));
    expect(claimed.sort()).toEqual([['94'], ['96']]);
    for (const { clientId, clientSecret } of [vault.clients.ci, vault.clients.other]) {
      expect(`${readdirSync(uses)}${texts}`).not.toContain(clientId);
      expect(texts.join('')).not.toContain(clientSecret);
    }
    const post = await job.post({}, { state: other });
    expect([heldIn(vault), post.log.includes('::warning')], post.log).toEqual([['94'], false]);
    await first.post();
    expect(heldIn(vault)).toEqual([]);
  });
});

describe('the account of a job', () => {
  test('is for its owner only, and holds no value', async () => {
    const { vault, job, use, uses } = await started();
    const step = use();
    await step.main({ credentials: '94 > A' });
    expect(job.modeOf(uses)).toBe(0o700);
    const files = readdirSync(uses).map((name) => join(uses, name));
    expect(files.length).toBe(1);
    for (const file of files) {
      expect(job.modeOf(file)).toBe(0o600);
      for (const secret of vault.secretValues().filter(({ length }) => length >= 8))
        expect(readFileSync(file, 'utf8')).not.toContain(secret);
    }
    await step.post();
  });

  const spoils: Record<string, (uses: string, temp: string) => void> = {
    'is gone': (uses) => rmSync(uses, { recursive: true }),
    'is another one': (uses) => {
      for (const name of readdirSync(uses)) writeFileSync(join(uses, name), 'x.[]');
    },
    'names what is not ours': (uses) => {
      for (const name of readdirSync(uses)) {
        const text = readFileSync(join(uses, name), 'utf8');
        writeFileSync(join(uses, name), text.replaceAll('"94"', '"97"'));
      }
    },
    'is a folder': (uses) => {
      for (const name of readdirSync(uses)) {
        rmSync(join(uses, name));
        mkdirSync(join(uses, name));
      }
    },
    'is a link to what another user could write': (uses, temp) => {
      rmSync(uses, { recursive: true });
      mkdirSync(join(temp, 'open'), { mode: 0o777 });
      symlinkSync(join(temp, 'open'), uses);
    },
    'is a file': (uses) => {
      rmSync(uses, { recursive: true });
      writeFileSync(uses, '');
    },
    'is locked by a process that lives': (uses) => writeFileSync(join(uses, 'lock'), String(process.pid)),
    'is locked by a process that has ended': (uses) => writeFileSync(join(uses, 'lock'), '4194303'),
  };
  for (const [name, spoil] of Object.entries(spoils)) {
    test.concurrent(`that ${name} does not prevent the release of custody`, async () => {
      const vault = await startVault({ dialect: 'api' });
      const job = new Job();
      const states = [new Map<string, string>(), new Map<string, string>()] as const;
      const credentials = ['94 > A\nroot@web-01 > R', '94 > B\n96 > C'] as const;
      for (const [index, state] of states.entries())
        await job.main(inputsFor(vault, { credentials: credentials[index] ?? '' }), { state });
      spoil(join(job.temp, 'segura-secrets-uses'), job.temp);
      const posts = [await job.post({}, { state: states[1] }), await job.post({}, { state: states[0] })];
      expect([posts.map(({ code }) => code), heldIn(vault)], posts.map(({ log }) => log).join('\n')).toEqual([
        [0, 0],
        [],
      ]);
      const isTold = posts.some(({ log }) => /cannot be determined|is missing/.test(log));
      expect(isTold).toBe(name !== 'is locked by a process that has ended');
      job.close();
      await vault.close();
    });
  }

  describe('that is locked by a process that lives', () => {
    async function locked() {
      const parts = await started();
      mkdirSync(parts.uses, { mode: 0o700 });
      const lock = (): void => writeFileSync(join(parts.uses, 'lock'), String(process.pid));
      return { ...parts, lock };
    }

    test('does not make a step exceed its deadline', async () => {
      const { vault, use, lock } = await locked();
      lock();
      const step = use();
      const main = await step.main({ credentials: '94 > A\n96 > B', deadline: '5' });
      // By its own clock: it would fail at its deadline.
      expect([main.code, heldIn(vault).sort()], main.log).toEqual([0, ['94', '96']]);
      await step.post();
      expect(heldIn(vault)).toEqual([]);
    });

    test('does not delay a cancelled step or its release', async () => {
      const { vault, job, lock } = await locked();
      vault.faults.add({ match: { path: /credential\/96/ }, fault: { kind: 'delay', ms: 20_000 } });
      vault.faults.add({ match: { method: 'DELETE' }, fault: { kind: 'delay', ms: 2_800 } });
      const main = await job.main(inputsFor(vault, { credentials: '94 > A\n96 > B' }), {
        onStart: (pid) => {
          const looking = setInterval(() => {
            if (!heldIn(vault).includes('94')) return;
            clearInterval(looking);
            lock();
            setTimeout(() => process.kill(pid, 'SIGTERM'), 200);
          }, 5);
        },
      });
      expect(main.log).toContain('title=CANCELLED');
      expect(main.log).toContain('released custody of 94');
      await job.post({});
      expect(heldIn(vault)).toEqual([]);
    });
  });

  test('that cannot be made is reported, and stops nothing', async () => {
    const { vault, use, uses } = await started();
    writeFileSync(uses, '');
    const step = use();
    const main = await step.main({ credentials: '94 > A' });
    expect([main.code, main.log.match(/cannot be determined/g)?.length], main.log).toEqual([0, 1]);
    await step.post();
    expect(heldIn(vault)).toEqual([]);
    expect(existsSync(uses) && statSync(uses).isFile()).toBe(true);
  });
});

describe('when the runner hands one state to two posts', () => {
  test('the second releases what the account names, and says what may still be held', async () => {
    const { vault, job, use } = await started();
    const [first, second] = [use(), use()];
    await first.main({ credentials: '94 > A' });
    await second.main({ credentials: '96 > C' });
    const one = await second.post();
    expect(one.log).not.toContain('::warning');
    const other = await job.post({}, { state: second.state });
    expect(other.log).toContain('::warning::The runner passed one state to two post steps');
    expect(other.log).toContain('it is released here: 94');
    expect([other.code, heldIn(vault)]).toEqual([0, []]);
  });

  test('the second reports it even if there is nothing to release', async () => {
    const { job, use } = await started();
    const step = use();
    await step.main({ credentials: '94 > A' });
    await step.post();
    const again = await job.post({}, { state: step.state });
    expect(again.log).toContain('What that step took may still be held');
    expect(again.code).toBe(0);
  });

  test('main keeps the state of the other use that the runner takes for the same step', async () => {
    const { vault, job } = await started();
    const shared = new Map<string, string>();
    const main = (credentials: string, file: string) =>
      job.main(inputsFor(vault, { credentials: `${credentials}, path:${file}` }), { state: shared });
    await main('94 > A', 'FILE_A');
    await main('96 > B', 'FILE_B');
    const quiet = await job.main(inputsFor(vault, { secrets: 'stripe/*' }), { state: shared });
    expect(quiet.code, quiet.log).toBe(0);
    expect(heldIn(vault).sort()).toEqual(['94', '96']);
    const posts = [await job.post({}, { state: shared }), await job.post({}, { state: shared })];
    expect(heldIn(vault)).toEqual([]);
    for (const { log, code } of posts) expect([code, log.includes('::warning')], log).toEqual([0, false]);
    expect(job.leftBehind().filter(({ path }) => path.includes('FILE_'))).toEqual([]);
    expect(releasesOf(vault).length).toBe(2);
  });
});

test('the post of an earlier use ends a use whose post never came', async () => {
  const { vault, use } = await started();
  const [first, second, third] = [use(), use(), use()];
  await first.main({ credentials: '94 > A' });
  await second.main({ credentials: '94 > B\n96 > C' });
  await third.main({ credentials: '1000 > D' });
  await third.post();
  const post = await first.post();
  // 94 it holds itself too, and 1000 was released by its own post.
  expect(post.log).toContain(
    '::warning::The post of a later step did not release what that step took. It is released here: 94, 96.',
  );
  expect(heldIn(vault)).toEqual([]);
  const late = await second.post();
  expect([late.code, heldIn(vault)], late.log).toEqual([0, []]);
});

test('a use whose main was killed does not block the others', async () => {
  const { vault, job, use } = await started();
  const [first, second] = [use(), use()];
  vault.faults.add({ match: { path: /credential\/96/ }, fault: { kind: 'delay', ms: 20_000 } });
  await job.main(inputsFor(vault, { credentials: '94 > A\n96 > B' }), {
    state: first.state,
    onStart: (pid) => {
      const looking = setInterval(() => {
        if (vault.custodies().length === 0) return;
        clearInterval(looking);
        process.kill(pid, 'SIGKILL');
      }, 5);
    },
  });
  expect((await second.main({ credentials: '95 > R' })).code).toBe(0);
  await second.post();
  expect(heldIn(vault)).toEqual(['94']);
  await first.post();
  await vault.settled();
  expect(heldIn(vault)).toEqual([]);
});
