import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Job } from './support/runner.js';
import { started } from './support/started-way.js';
import { ownFiles } from './support/way-jobs.js';
import { WAYS } from './support/ways.js';
import { sampleData } from './vault/sample.js';

const WANTED = { secrets: 'postgres/PASSWORD > DB_PASSWORD', credentials: '94 > SSH_PASSWORD' };

/** Every text that the job leaves where a later step could read it. */
function leftBy(job: Job): string {
  const files = readdirSync(job.folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('output') && !entry.name.startsWith('env'))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
  return [...job.state.values(), ...files].join('\n');
}

describe.each(WAYS)('a job that logs in by %s', (way) => {
  test('gets what it asks for, and post releases custody with nothing but its state', async () => {
    const { vault, job, inputs, env } = await started(way);
    const main = await job.main({ ...inputs, ...WANTED }, { env });
    expect([main.code, main.stderr], main.log).toEqual([0, '']);
    expect(main.outputs.get('DB_PASSWORD')).toBe(vault.value('postgres', 'PASSWORD'));
    expect(main.outputs.get('SSH_PASSWORD')).toBe(vault.password(94));
    expect(vault.custodies().map(({ credentialId }) => credentialId)).toEqual(['94']);
    // As in nested composite actions: the inputs of another level.
    const post = await job.post({ url: 'https://elsewhere.example' }, { env });
    expect([post.code, post.stderr], post.log).toEqual([0, '']);
    expect(post.log).toContain('released custody of 94');
    expect(vault.custodies()).toEqual([]);
  });

  test('shows none of its secrets, and leaves none in a file or in the state', async () => {
    const { vault, job, inputs, env, hidden } = await started(way);
    const main = await job.main({ ...inputs, ...WANTED }, { env });
    const state = leftBy(job);
    const post = await job.post({}, { env });
    for (const secret of hidden()) {
      expect(main.log).not.toContain(secret);
      expect(post.log).not.toContain(secret);
      // The client secret alone stands in the state, packed.
      if (way !== 'client-secret') expect(state).not.toContain(secret);
    }
    expect(vault.custodies()).toEqual([]);
    expect(ownFiles(job)).toEqual([]);
  });

  test('whose step fails releases at once what it took', async () => {
    const { vault, job, inputs, env } = await started(way);
    const main = await job.main({ ...inputs, credentials: '94 > A\n94/absent > B' }, { env });
    expect(main.code, main.log).toBe(1);
    expect(main.log).toContain('released custody of 94');
    expect([vault.custodies(), ownFiles(job)]).toEqual([[], []]);
    const post = await job.post({}, { env });
    expect([post.code, post.log.includes('custody of 94')], post.log).toEqual([0, false]);
  });

  test('leaves no file of its own when the vault does not answer', async () => {
    const { vault, job, inputs, env } = await started(way);
    vault.faults.add({ match: {}, times: Number.POSITIVE_INFINITY, fault: { kind: 'status', status: 400 } });
    const main = await job.main({ ...inputs, ...WANTED }, { env });
    expect([main.code, ownFiles(job)], main.log).toEqual([1, []]);
    const post = await job.post({}, { env });
    expect([post.code, post.stderr, ownFiles(job)], post.log).toEqual([0, '', []]);
  });

  test('leaves no file of its own after post when main is killed before it logged in', async () => {
    const { vault, job, inputs, env } = await started(way);
    let pid = 0;
    vault.faults.add({ match: {}, times: Number.POSITIVE_INFINITY, fault: { kind: 'delay', ms: 20_000 } });
    const looking = setInterval(() => {
      if (vault.journal.requests.length > 0) process.kill(pid, 'SIGKILL');
      if (vault.journal.requests.length > 0) clearInterval(looking);
    }, 5);
    const onStart = (started: number): void => {
      pid = started;
    };
    const main = await job.main({ ...inputs, credentials: '94 > A' }, { env, onStart });
    expect([main.signal, vault.everTaken()], main.log).toEqual(['SIGKILL', []]);
    vault.faults.clear();
    const post = await job.post({}, { env });
    expect([post.code, post.stderr, ownFiles(job)], post.log).toEqual([0, '', []]);
    expect(vault.custodies()).toEqual([]);
  });
});

describe.each(['client-secret', 'oauth1', 'access-token', 'oidc client-assertion'] as const)(
  'an application that is registered under a login by %s',
  (way) => {
    test('is registered with its unique key', async () => {
      const data = sampleData();
      const { job, inputs, env } = await started(way, { data });
      const application = { application: 'billing', system: 'payments', environment: 'production' };
      const wanted = { 'unique-key': 'key-of-billing', secrets: '*' };
      const main = await job.main({ ...inputs, ...application, ...wanted }, { env });
      const found = data.authorizations.filter(({ uniqueKey }) => uniqueKey === 'key-of-billing');
      expect(found, main.log).toHaveLength(1);
    });
  },
);

test.each(['auto', 'gitlab', 'env', 'file'])(
  'an identity token of provider %s is the one that post logs in with',
  async (provider) => {
    const { vault, job, inputs, env, identityToken } = await started('oidc client-assertion');
    const token = await identityToken();
    writeFileSync(join(job.workspace, 'token'), token);
    const given = { env: 'MY_TOKEN', file: 'token' }[provider] ?? token;
    const ofToken = { 'oidc-provider': provider, 'oidc-token': given };
    const options = { env: { ...env, MY_TOKEN: token } };
    const main = await job.main({ ...inputs, ...ofToken, credentials: '94 > A' }, options);
    expect([main.code, vault.custodies().length], main.log).toEqual([0, 1]);
    // A later step may have put another text into the variable.
    const post = await job.post({}, { env: { ...env, MY_TOKEN: 'another' } });
    expect([post.code, vault.custodies()], post.log).toEqual([0, []]);
    expect(post.log).toContain('released custody of 94');
  },
);

const HOUR_MS = 3_600_000;

test('an access token that has expired only by the clock of this machine is used, and custody is released', async () => {
  const { job, vault, inputs } = await started('access-token', { now: () => Date.now() - 2 * HOUR_MS });
  const main = await job.main({ ...inputs, credentials: '94 > A' });
  expect([main.code, vault.custodies().length], main.log).toEqual([0, 1]);
  expect(main.log).toMatch(/expired at .+ UTC; the clock of this machine says .+ UTC\. It is still sent/);
  const post = await job.post({});
  expect([post.code, vault.custodies()], post.log).toEqual([0, []]);
});

test.each(['gitlab', 'file'])(
  'an identity token of provider %s that expires by the clock of this machine after main releases custody',
  async (provider) => {
    let isSlow = false;
    const now = (): number => Date.now() - (isSlow ? 4_000 : 0);
    const { vault, job, inputs, env, identityToken } = await started('oidc client-assertion', { now });
    const token = await identityToken(4);
    writeFileSync(join(job.workspace, 'token'), token);
    const ofToken = { 'oidc-provider': provider, 'oidc-token': provider === 'file' ? 'token' : token };
    const main = await job.main({ ...inputs, ...ofToken, credentials: '94 > A' }, { env });
    expect([main.code, vault.custodies().length], main.log).toEqual([0, 1]);
    await setTimeout(4_000);
    // Now the clock of this machine is ahead.
    isSlow = true;
    const post = await job.post({}, { env });
    expect([post.code, vault.custodies()], post.log).toEqual([0, []]);
    expect(post.log).toMatch(/expired at .+ It is still sent, to release custody: the vault decides/);
  },
);

test.each(['no file', 'an empty file', 'half of a token'])(
  'an identity token whose file is being written when post begins (%s) releases custody',
  async (kind) => {
    const { vault, job, inputs, env, identityToken } = await started('oidc client-assertion');
    const path = join(job.workspace, 'token');
    const token = await identityToken();
    writeFileSync(path, token);
    const ofToken = { 'oidc-provider': 'file', 'oidc-token': 'token', credentials: '94 > A' };
    const main = await job.main({ ...inputs, ...ofToken }, { env });
    expect([main.code, vault.custodies().length], main.log).toEqual([0, 1]);
    if (kind === 'no file') rmSync(path);
    else writeFileSync(path, kind === 'an empty file' ? '' : token.slice(0, 40));
    const [post] = await Promise.all([
      job.post({}, { env }),
      setTimeout(1_500).then(() => writeFileSync(path, token)),
    ]);
    expect([post.code, vault.custodies()], post.log).toEqual([0, []]);
    expect(post.log).toContain('released custody of 94');
  },
);

test('a login that the vault rejects in post says when the identity token expired', async () => {
  let isLater = false;
  const now = (): number => Date.now() + (isLater ? HOUR_MS : 0);
  const { vault, job, inputs, env, identityToken } = await started('oidc client-assertion', { now });
  const ofToken = { 'oidc-provider': 'gitlab', 'oidc-token': await identityToken(2) };
  const main = await job.main({ ...inputs, ...ofToken, credentials: '94 > A' }, { env });
  expect([main.code, vault.custodies().length], main.log).toEqual([0, 1]);
  await setTimeout(2_000);
  isLater = true;
  const post = await job.post({}, { env });
  expect(post.log).toMatch(
    /RELEASE_FAILED.*the vault rejected the login.*It expired at .+ UTC; the clock of/s,
  );
});

test.each(['fails once', 'is being written', 'is not there yet'])(
  'a program for identity tokens that %s is run again to release custody',
  async (kind) => {
    const { vault, job, inputs, env, identityToken } = await started('oidc client-assertion');
    const [token, failing] = [join(job.folder, 'id-token'), join(job.folder, 'fails')];
    const program = join(job.folder, 'buildkite-agent');
    writeFileSync(token, await identityToken());
    const script = `#!/bin/sh\nrm ${failing} 2> /dev/null && exit 1\nexec cat ${token}\n`;
    writeFileSync(program, script, { mode: 0o755 });
    const options = { env: { ...env, PATH: `${job.folder}:${process.env['PATH']}` } };
    const wanted = { 'oidc-provider': 'buildkite', credentials: '94 > A' };
    const main = await job.main({ ...inputs, ...wanted }, options);
    expect([main.code, vault.custodies().length], main.log).toEqual([0, 1]);
    let mended = async (): Promise<void> => undefined;
    if (kind === 'fails once') writeFileSync(failing, '');
    if (kind === 'is being written') {
      // Nothing can run what another process has open for writing.
      const writer = openSync(program, 'r+');
      mended = () => setTimeout(1_500).then(() => closeSync(writer));
    }
    if (kind === 'is not there yet') {
      renameSync(program, `${program}.new`);
      mended = () => setTimeout(1_500).then(() => renameSync(`${program}.new`, program));
    }
    const [post] = await Promise.all([job.post({}, options), mended()]);
    expect([post.code, vault.custodies(), existsSync(failing)], post.log).toEqual([0, [], false]);
  },
);

test.each(['two words', 'two\nlines', 't\u00f6ken', '\u4ee4\u724c'])(
  'an access token that no header can hold, as %j, is rejected before anything is sent',
  async (token) => {
    const { vault, job, inputs } = await started('access-token');
    const before = vault.journal.requests.length;
    const main = await job.main({ ...inputs, 'access-token': token, credentials: '94 > A' });
    expect([main.code, main.log.match(/title=\w+/g)], main.log).toEqual([1, ['title=INPUT_INVALID']]);
    expect(main.log).not.toContain(token);
    expect(vault.journal.requests).toHaveLength(before);
  },
);

test.each(['env', 'gitlab'])(
  'a variable that is not set is named with provider %s, even one with the name of what every object has',
  async (provider) => {
    const { vault, job, inputs } = await started('oidc client-assertion');
    for (const name of ['constructor', '__proto__', 'toString']) {
      const main = await job.main({ ...inputs, 'oidc-provider': provider, 'oidc-token': name, secrets: '*' });
      expect([main.code, main.log.match(/title=\w+/g)], main.log).toEqual([
        1,
        ['title=IDENTITY_UNAVAILABLE'],
      ]);
      expect(main.log).toContain(name);
    }
    expect(vault.journal.requests).toEqual([]);
  },
);
