import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { inputsFor } from './support/inputs.js';
import { parseKeyValues } from './support/key-values.js';
import { Job, type StepOptions } from './support/runner.js';
import { startVault, type Vault } from './vault/index.js';

/**
 * What a runner makes of post when the action is used in a composite action that another one calls: the inputs of another
 * level, or none. Source: actions/runner issues 2009, 2030, 2800 and 3514.
 */
interface AtPost {
  readonly inputs: (vault: Vault, other: Vault) => Record<string, string>;
  readonly env?: (vault: Vault, other: Vault) => Record<string, string>;
}

const CASES: Record<string, AtPost> = {
  'no inputs at all': { inputs: () => ({}) },
  'every input empty': {
    inputs: (vault) => Object.fromEntries(Object.keys(inputsFor(vault, {})).map((name) => [name, ''])),
  },
  'the inputs of another action': {
    inputs: () => ({ 'node-version': '24', token: 'x', 'client-secret': '', credentials: '', url: 'latest' }),
  },
  'an empty client secret': { inputs: (vault) => ({ ...inputsFor(vault, {}), 'client-secret': '' }) },
  'another client secret': {
    inputs: (vault) => ({ ...inputsFor(vault, {}), 'client-secret': 'f'.repeat(32) }),
  },
  'the url of another vault': { inputs: (vault, other) => ({ ...inputsFor(vault, {}), url: other.url }) },
  'the inputs of another level, with its own vault and client': {
    inputs: (_, other) => inputsFor(other, { credentials: '96 > X', 'release-failure': 'fail' }),
  },
  'another login and vault in the environment': {
    inputs: () => ({}),
    env: (_, other) => ({
      SENHASEGURA_URL: other.url,
      SENHASEGURA_CLIENT_ID: other.clients.ci.clientId,
      SENHASEGURA_CLIENT_SECRET: other.clients.ci.clientSecret,
    }),
  },
  'another run, job and workspace in the environment': {
    inputs: () => ({}),
    env: () => ({
      GITHUB_RUN_ID: '7',
      GITHUB_JOB: 'x',
      GITHUB_RUN_ATTEMPT: '9',
      GITHUB_WORKSPACE: '/nowhere',
    }),
  },
  'no temporary folder': { inputs: () => ({}), env: () => ({ RUNNER_TEMP: '' }) },
};

async function withVaults(operation: (vault: Vault, other: Vault, job: Job) => Promise<void>): Promise<void> {
  const [vault, other] = [await startVault({ dialect: 'api' }), await startVault({ dialect: 'api' })];
  const job = new Job();
  try {
    await operation(vault, other, job);
  } finally {
    job.close();
    await vault.close();
    await other.close();
  }
}

describe('post releases what its own main took, and removes its files, with', () => {
  for (const [name, { inputs, env }] of Object.entries(CASES)) {
    test.concurrent(name, () =>
      withVaults(async (vault, other, job) => {
        const main = await job.main(
          inputsFor(vault, { credentials: '94 > A\nroot@web-01 > path:ROOT\n96 > C' }),
        );
        expect(main.code, main.log).toBe(0);
        const file = main.outputs.get('ROOT') ?? '';
        const options: StepOptions = env === undefined ? {} : { env: env(vault, other) };
        const post = await job.post(inputs(vault, other), options);
        expect([post.code, post.stderr, vault.custodies()], post.log).toEqual([0, '', []]);
        expect(post.log).toContain('released custody of root@web-01');
        expect(() => readFileSync(file)).toThrow('ENOENT');
        expect(other.journal.requests).toEqual([]);
        expect(post.stdout).not.toMatch(/^::(?:warning|error)/m);
      }),
    );
  }
});

describe('without the state of its main', () => {
  test('post reports what may still be held, as far as the account of the job names it', () =>
    withVaults(async (vault, _, job) => {
      await job.main(inputsFor(vault, { credentials: '94 > A\nroot@web-01 > B' }));
      const post = await job.post(inputsFor(vault, {}), { state: new Map() });
      expect(post.code).toBe(0);
      expect(post.log).toContain(
        '::warning title=STATE_INVALID::The runner passed no state to this post step.',
      );
      expect(post.log).toContain('this may still be held: 94, root@web-01.');
    }));

  test.each<[string, Record<string, string>, number, string, boolean]>([
    ['the input of post', { 'release-failure': 'fail' }, 1, 'error', true],
    ['the account of the job', {}, 1, 'error', false],
    ['nobody', {}, 0, 'warning', true],
  ])(
    'post always says that it is lost, and fails where %s says so',
    async (_who, inputs, code, level, isWiped) =>
      withVaults(async (vault, _, job) => {
        await job.main(inputsFor(vault, { credentials: '94 > A', 'release-failure': 'fail' }));
        if (isWiped) {
          rmSync(job.temp, { recursive: true });
          mkdirSync(job.temp);
        }
        const post = await job.post(inputs, { state: new Map() });
        expect([post.code, post.stderr], post.log).toEqual([code, '']);
        expect(post.log).toContain(
          `::${level} title=STATE_INVALID::The runner passed no state to this post step.`,
        );
        expect(post.log).toContain(
          isWiped ? 'What this step took into custody may still be held' : 'this may still be held: 94.',
        );
      }),
  );

  test.each<[string, Record<string, string>]>([
    ['refused its inputs', { credentials: 'no such line' }],
    ['had no login', { 'client-secret': '', credentials: '94 > A' }],
    ['took nothing', { secrets: 'stripe/*' }],
    ['ran beside another step that holds something', { secrets: 'stripe/*' }],
  ])('a main that %s saves an empty one', (what, wanted) =>
    withVaults(async (vault, _, job) => {
      if (what.includes('another')) {
        await job.main(inputsFor(vault, { credentials: '94 > A' }), { state: new Map() });
      }
      await job.main(inputsFor(vault, wanted));
      const post = await job.post({});
      expect([post.code, post.stdout, post.stderr]).toEqual([0, '', '']);
    }),
  );

  test('post is quiet when main had nothing to hold', () =>
    withVaults(async (vault, _, job) => {
      await job.main(inputsFor(vault, { credentials: '94 > A' }));
      const other = new Map<string, string>();
      await job.main(inputsFor(vault, { secrets: 'stripe/*' }), { state: other });
      expect(other.get('segura_ledger')).toBe('');
      const post = await job.post({}, { state: other });
      expect([post.code, post.stdout, post.stderr]).toEqual([0, '', '']);
    }));
});

describe('the login in the state', () => {
  const SECRETS: Record<string, string> = {
    'is plain': 'Plain-client-secret-0123456789',
    'has quotes, a backslash and a tab': 'quo"te\'s\\and\ttabs-0123456789',
    'is not ASCII': 'Sëgredo-mü-秘密-0123456789',
    'looks like commands': '%0A::set-output name=x::y##vso[task.complete]]',
    'is shorter than a mask': 'abc',
  };
  for (const [name, clientSecret] of Object.entries(SECRETS)) {
    test.concurrent(`is masked before it is saved, in its saved form, when it ${name}`, () =>
      withVaults(async (vault, _, job) => {
        const authorization = vault.data.authorizations.find(
          ({ clientId }) => clientId === vault.clients.ci.clientId,
        );
        if (authorization !== undefined) authorization.clientSecret = clientSecret;
        const inputs = { ...inputsFor(vault, { credentials: '94 > A' }), 'client-secret': clientSecret };
        const main = await job.main(inputs);
        expect(main.code, main.log).toBe(0);
        const sealed = job.state.get('segura_ledger') ?? '';
        const login = /"login":"([\w-]+)"/.exec(sealed)?.[1] ?? '';
        expect(main.masks).toContain(login);
        const lines = main.stdout.split('\n');
        const isCommand = (line: string): boolean => line.startsWith('::add-mask::');
        expect(lines.indexOf(`::add-mask::${login}`)).toBeLessThan(
          lines.findIndex((line) => line.includes('pam/credential')),
        );
        // As the runner prints it under step debug, after its masks.
        const shown = main.masks.reduce((text, mask) => text.replaceAll(mask, '***'), sealed);
        for (const form of [clientSecret, Buffer.from(clientSecret).toString('base64url')].slice(
          clientSecret.length < 4 ? 1 : 0,
        ))
          expect(shown).not.toContain(form);
        expect(lines.filter((line) => !isCommand(line)).join('\n')).not.toContain(login);
        const post = await job.post({});
        expect([post.code, vault.custodies()], post.log).toEqual([0, []]);
        expect(
          post.stdout
            .split('\n')
            .filter((line) => !isCommand(line))
            .join('\n'),
        ).not.toContain(login);
      }));
  }

  test('is there only while there is custody to release', () =>
    withVaults(async (vault, _, job) => {
      const wanted: Record<string, string>[] = [
        { secrets: 'stripe/*' },
        { secrets: 'stripe/* > path:*' },
        { credentials: '94/NO_SUCH > A' },
        { credentials: '94 > A', 'custody-release': 'false' },
      ];
      for (const each of wanted) {
        const state = new Map<string, string>();
        await job.main(inputsFor(vault, each), { state });
        expect(state.get('segura_ledger'), JSON.stringify(each)).not.toContain('login');
        await job.post({}, { state });
      }
    }));

  const WAYS: Record<string, Record<string, string>> = {
    'released after a failure': { credentials: '94/NO_SUCH > A\nroot@web-01 > B' },
    'kept on purpose': { credentials: '94 > A\nroot@web-01 > path:B', 'custody-release': 'false' },
  };
  for (const [way, wanted] of Object.entries(WAYS)) {
    test(`is no longer in any file once custody was ${way}, even if the file was written to meanwhile`, () =>
      withVaults(async (vault, _, job) => {
        const path = join(job.folder, 'state');
        writeFileSync(path, 'first=1\n');
        vault.faults.add({ match: { path: /web-01/ }, fault: { kind: 'delayReply', ms: 800 } });
        let isWritten = false;
        const main = await job.main(inputsFor(vault, wanted), {
          env: { GITHUB_STATE: path },
          onOutput: (text) => {
            if (isWritten || !text.includes('GET /api/pam/credential/94')) return;
            isWritten = true;
            expect(readFileSync(path, 'utf8')).toContain('"login":"');
            appendFileSync(path, 'second=2\n');
          },
        });
        const text = readFileSync(path, 'utf8');
        expect([isWritten, text.includes('login')], main.log).toEqual([true, false]);
        const { segura_ledger: ledger, ...others } = Object.fromEntries(parseKeyValues(text));
        expect(others).toEqual({ first: '1', second: '2' });
        expect(ledger).toContain('"custody":[]');
        const post = await job.post({}, { state: new Map([['segura_ledger', ledger ?? '']]) });
        expect(post.code, post.log).toBe(0);
        expect(post.stdout).not.toMatch(/^::(?:warning|error)/m);
      }));
  }

  test('is in a file that only its owner can read, and that post removes', () =>
    withVaults(async (vault, _, job) => {
      await job.main(inputsFor(vault, { credentials: '94 > A' }));
      const file = job.leftBehind().find(({ bytes }) => bytes.includes('"login":"'));
      expect(job.modeOf(file?.path ?? '')).toBe(0o600);
      await job.post({});
      expect(job.leftBehind().filter(({ bytes }) => bytes.includes('"login":"'))).toEqual([]);
    }));

  test('is not removed from a file that has replaced it', () =>
    withVaults(async (vault, _, job) => {
      await job.main(inputsFor(vault, { credentials: '94 > A' }));
      const path = job.leftBehind().find(({ bytes }) => bytes.includes('"login":"'))?.path ?? '';
      writeFileSync(join(job.folder, 'other'), 'precious');
      renameSync(join(job.folder, 'other'), path);
      await job.post({});
      expect(readFileSync(path, 'utf8')).toBe('precious');
    }));
});
