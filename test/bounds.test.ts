import { existsSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openRunb, runb } from './cli/runb-desk.js';
import { deskAt } from './support/desk-fixture.js';
import { inputsFor } from './support/inputs.js';
import { Job, type StepResult } from './support/runner.js';
import { sampleData, startVault, type Vault } from './vault/index.js';

type Rows = Readonly<Record<string, string>>;

/** A vault whose secret `postgres` has these fields, and a job at it. */
async function open(fields: Rows): Promise<{ vault: Vault; job: Job }> {
  const data = sampleData();
  const postgres = data.secrets.find(({ identity }) => identity === 'postgres');
  if (postgres !== undefined) postgres.data = [{ ...fields }];
  const vault = await startVault({ dialect: 'api', data });
  const job = new Job();
  onTestFinished(async () => {
    job.close();
    await vault.close();
  });
  return { vault, job };
}

function manyOf<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

const leaf = (index: number): string => `leaf-${index}-${(index * 7_919).toString(36)}`;
/** Values whose masks take about a second to make, and are not too many. */
const LABORIOUS = Object.fromEntries(
  manyOf(4_000, (index) => [`K${index}`, leaf(index).repeat(12)] as const),
);
const SECRETS = { secrets: 'postgres/* > *' };

describe('more than one run can mask', () => {
  const DOCUMENT = JSON.stringify(manyOf(600_000, (index) => `${index}-leaf`));
  const TOO_MUCH: readonly (readonly [string, Rows])[] = [
    ['one value that is JSON with 600,000 leaves', { DOCUMENT }],
    ['20,000 leaves', { DOCUMENT: JSON.stringify(manyOf(20_000, leaf)) }],
    [
      '20,000 leaves of several values',
      Object.fromEntries(
        manyOf(
          20,
          (index) =>
            [`K${index}`, JSON.stringify(manyOf(1_000, (each) => leaf(index * 1_000 + each)))] as const,
        ),
      ),
    ],
    ['11,000 values', Object.fromEntries(manyOf(11_000, (index) => [`K${index}`, leaf(index)] as const))],
    ['a value of 3 MB', { BLOB: 'x1'.repeat(1_500_000) }],
    ['80,000 lines', { LINES: manyOf(80_000, (index) => `"${index}"é`).join('\n') }],
  ];

  test.each(TOO_MUCH)(
    'is rejected before anything is written, with its name in the error: %s',
    async (_, fields) => {
      const { vault, job } = await open(fields);
      const main = await job.main(
        inputsFor(vault, { secrets: 'postgres/* > path:*', credentials: '94 > PW' }),
      );
      expect([main.code, main.outputs.size, main.env.size], main.log).toEqual([1, 0, 0]);
      expect(main.log).toMatch(/::error title=VALUE_TOO_LARGE::/);
      expect(main.log).toContain('Ask for less in one step.');
      // Counted first: hardly a mask was printed, and no credential was read.
      expect(main.stdout.length).toBeLessThan(2_000_000);
      expect(vault.everTaken()).toEqual([]);
    },
  );

  test('is rejected in a credential too, and custody is released', async () => {
    const { vault, job } = await open({});
    const credential = vault.data.credentials.find(({ id }) => id === 94);
    if (credential !== undefined) credential.password = JSON.stringify(manyOf(20_000, leaf));
    const main = await job.main(inputsFor(vault, { credentials: '94 > path:PW' }));
    expect([main.code, main.outputs.size], main.log).toEqual([1, 0]);
    expect(main.log).toMatch(/::error title=VALUE_TOO_LARGE::/);
    expect([vault.everTaken(), vault.custodies()]).toEqual([['94'], []]);
  });

  test('is accepted if unmasked names it, as the error says', async () => {
    const { vault, job } = await open({ DOCUMENT });
    const main = await job.main(inputsFor(vault, { secrets: 'postgres/DOCUMENT > file:d' }));
    const [, unmasked = ''] = /write unmasked: (\S+)$/m.exec(main.log) ?? [];
    const fixed = await job.main(inputsFor(vault, { secrets: 'postgres/DOCUMENT > file:d', unmasked }));
    expect(fixed.code, fixed.log).toBe(0);
  });

  test('is rejected by exec', async () => {
    const { vault } = await open({ DOCUMENT });
    const ended = await deskAt(vault).run(['exec', '--secrets', 'postgres/DOCUMENT > path:D', '--', 'true']);
    expect([ended.code, ended.stderr.includes('VALUE_TOO_LARGE')]).toEqual([125, true]);
  });
});

test('a user name of 1 MB with many passwords does not make oversized masks', async () => {
  const passwords = Object.fromEntries(manyOf(40, (index) => [`K${index}`, leaf(index)] as const));
  const { vault, job } = await open({ username: 'u'.repeat(1024 * 1024), ...passwords });
  const requests = Object.keys(passwords).map((name) => `postgres/${name}`);
  const main = await job.main(inputsFor(vault, { secrets: requests.join('\n') }));
  expect([main.code, main.outputs.size], main.log).toEqual([0, 40]);
  expect(main.stdout.length).toBeLessThan(1_000_000);
});

describe('while values are masked', () => {
  test('a signal stops the step at once, and nothing is written', async () => {
    const { vault, job } = await open(LABORIOUS);
    let pid = 0;
    let isSent = false;
    const main = await job.main(inputsFor(vault, SECRETS), {
      onStart: (started) => {
        pid = started;
      },
      onOutput: (text) => {
        if (isSent || !text.includes(LABORIOUS['K0'] ?? '')) return;
        isSent = true;
        process.kill(pid, 'SIGTERM');
      },
    });
    expect([main.code, main.outputs.size]).toEqual([1, 0]);
    expect(main.log).toContain('::error title=CANCELLED::');
    expect(main.masks).not.toContain(LABORIOUS['K3999']);
  });

  /** On a busy machine, the login alone can take longer than the least deadline; masking then takes longer too. */
  async function untilMasking(run: (deadline: string) => Promise<StepResult>): Promise<StepResult> {
    for (const deadline of ['1', '2', '4']) {
      const main = await run(deadline);
      if (!main.log.includes('The deadline of the step passed during')) return main;
    }
    return run('8');
  }

  /** A value whose forms take seconds to make: each character is written in another way by some program. */
  const LONG = 'aé日🔑b "c$\'\\ '.repeat(80_000).slice(0, 600_000);

  test('the deadline also stops the masking of one long value', async () => {
    const { vault, job } = await open({ BLOB: LONG });
    const main = await untilMasking((deadline) => job.main(inputsFor(vault, { ...SECRETS, deadline })));
    expect([main.code, main.outputs.size]).toEqual([1, 0]);
    expect(main.log).toContain('::error title=TIMED_OUT::The deadline of the step passed while');
    expect(main.stdout.length).toBeLessThan(LONG.length);
  });

  test('the deadline also stops the masking of one long value of a credential, and custody is released', async () => {
    const { vault, job } = await open({});
    const credential = vault.data.credentials.find(({ id }) => id === 94);
    if (credential !== undefined) credential.password = LONG;
    const main = await untilMasking((deadline) =>
      job.main(inputsFor(vault, { credentials: '94 > path:PW', deadline })),
    );
    expect([main.code, main.outputs.size]).toEqual([1, 0]);
    expect(main.log).toContain('::error title=TIMED_OUT::The deadline of the step passed while');
    expect(main.stdout.length).toBeLessThan(LONG.length);
    expect([vault.everTaken(), vault.custodies()]).toEqual([['94'], []]);
  });

  test('the deadline also stops runb at one long value, and no file is written', async () => {
    const { desk, file } = await openRunb({ blob: [{ BLOB: LONG }] });
    const ended = await runb(desk, ['--deadline', '1', '--tool', 'linux']);
    expect([ended.code, ended.stderr]).toEqual([3, expect.stringContaining('TIMED_OUT')]);
    expect(existsSync(file)).toBe(false);
  });

  test('the deadline stops the step, and nothing is written', async () => {
    const long = Object.fromEntries(manyOf(9_000, (index) => [`K${index}`, leaf(index).repeat(12)] as const));
    const { vault, job } = await open(long);
    const main = await untilMasking((deadline) => job.main(inputsFor(vault, { ...SECRETS, deadline })));
    expect([main.code, main.outputs.size]).toEqual([1, 0]);
    expect(main.log).toContain('::error title=TIMED_OUT::The deadline of the step passed while');
    expect(main.masks).not.toContain(long['K8999']);
  });
});

test('only the requested ones of 5,000 secrets in a listing are masked', async () => {
  const { vault, job } = await open({ PASSWORD: 'the-wanted-password' });
  const [first] = vault.data.secrets;
  for (const index of manyOf(5_000, String).map(Number)) {
    if (first === undefined) break;
    const secret = { ...first, id: 10_000 + index, identity: `s${index}`, data: [{ PASSWORD: leaf(index) }] };
    vault.data.secrets.push(secret);
    for (const { secretIds } of vault.data.authorizations) secretIds.push(secret.id);
  }
  const main = await job.main(inputsFor(vault, { secrets: 'postgres/PASSWORD > A\ns7/PASSWORD > B' }));
  expect([main.code, main.outputs.get('B')], main.log).toEqual([0, leaf(7)]);
  expect(main.masks.filter((mask) => mask.startsWith('leaf-'))).toEqual([leaf(7)]);
});
