import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { formsIn } from './support/encodings.js';
import { inputsFor } from './support/inputs.js';
import { Job, type StepResult } from './support/runner.js';
import { longSecretsOf, withoutLogin } from './support/secret-files.js';
import { type Fault, startVault, type Vault } from './vault/index.js';

/** All of standard output but the masks themselves, and all of standard error, as they left the process. */
function rawOutput({ stdout, stderr }: StepResult): Buffer {
  const lines = stdout.split('\n').filter((line) => !line.startsWith('::add-mask::'));
  return Buffer.from(`${lines.join('\n')}\n${stderr}`);
}

const EVERYTHING = {
  application: 'billing',
  system: 'payments',
  environment: 'production',
  secrets:
    'postgres/* > PG_*\ndb/prod/password > DB\nstripe/* > S_*\ntls/TLS_KEY > path:TLS\nbilling-cloud/* > C_*',
  credentials:
    '94 > DEPLOY, file:deploy\n94/* > D_*\nroot@web-01 > ROOT\nweb-01-root/password > AGAIN\n1000 > B',
  'export-env': 'true',
};

/** Every secret of the vault, in every encoding, in every byte that is no destination: none may be there. */
async function leaksOf(wanted: Record<string, string>, prepare: (vault: Vault) => void = () => undefined) {
  const vault = await startVault({ dialect: 'api' });
  prepare(vault);
  const job = new Job();
  const inputs = inputsFor(vault, wanted);
  const main = await job.main(inputs);
  const between = job.leftBehind().filter(({ path }) => !/deploy$|segura-secrets-\w+[/\\]TLS$/.test(path));
  const post = await job.post(inputs);
  const secrets = longSecretsOf(vault);
  const found = [
    ...formsIn(rawOutput(main), secrets).map((form) => `main prints ${form}`),
    ...formsIn(rawOutput(post), secrets).map((form) => `post prints ${form}`),
    ...formsIn(Buffer.from(main.summary), secrets).map((form) => `summary shows ${form}`),
    ...between.flatMap(({ path, bytes }) => {
      // Only the file that is the state carries the login, and only until post.
      const rest = /^state_\d+$/.test(basename(path)) ? withoutLogin(bytes, main.masks) : bytes;
      return formsIn(rest, secrets).map((form) => `${path} holds ${form}`);
    }),
    ...job
      .leftBehind()
      .flatMap(({ path, bytes }) => formsIn(bytes, secrets).map((form) => `${path} keeps ${form}`)),
  ];
  const left = vault.custodies();
  job.close();
  await vault.close();
  return { main, post, found, left };
}

describe('no byte of output, state, summary or left file holds a secret of the vault in any encoding', () => {
  test('when all goes well, at debug level', async () => {
    const { main, post, found, left } = await leaksOf(EVERYTHING);
    expect([main.code, post.code], main.log).toEqual([0, 0]);
    expect(main.log).toContain('::debug::');
    expect(found).toEqual([]);
    expect(left).toEqual([]);
  });

  const faults: Record<string, Fault> = {
    'the vault repeats secrets in error messages': { kind: 'echoSecret', status: 400 },
    'the vault repeats secrets in a failure': { kind: 'echoSecret', status: 500 },
    'replies are cut short': { kind: 'truncated', cut: 'body' },
    'replies break off': { kind: 'truncated', cut: 'connection' },
    'the vault fails': { kind: 'unexpectedError' },
    'an encryption failed': { kind: 'encryptionFailed' },
  };
  for (const [name, fault] of Object.entries(faults)) {
    for (const [place, path] of Object.entries({
      token: /oauth2\/token/,
      registration: /dapp\/Application/,
      list: /sctm\/secret/,
      read: /pam\/credential\/(94|root)/,
      release: /custody/,
    })) {
      test.concurrent(`when ${name} at the ${place}`, async () => {
        const { main, found } = await leaksOf({ ...EVERYTHING, retries: '1' }, (vault) => {
          vault.faults.add({ match: { path }, times: 6, fault });
        });
        expect(found, main.stdout).toEqual([]);
      });
    }
  }

  test('masks hide what a careless later step prints', async () => {
    const vault = await startVault({ dialect: 'api' });
    const job = new Job();
    const main = await job.main(inputsFor(vault, EVERYTHING));
    const [password] = [main.outputs.get('DEPLOY') ?? ''];
    const hidden = (text: string): string =>
      [...main.masks]
        .sort((a, b) => b.length - a.length)
        .reduce((all, mask) => all.replaceAll(mask, '***'), text);
    const shown = [
      password,
      Buffer.from(`${password}\n`).toString('base64'),
      Buffer.from(`deploy:${password}`).toString('base64'),
      Buffer.from(password).toString('hex'),
      encodeURIComponent(password).replaceAll(/%../g, (code) => code.toLowerCase()),
      JSON.stringify({ body: JSON.stringify({ password }) }),
    ];
    for (const text of shown) expect(hidden(text)).toContain('***');
    for (const text of shown) expect(formsIn(Buffer.from(hidden(text)), [password])).toEqual([]);
    job.close();
    await vault.close();
  });

  test('the client secret and every token are masked before anything else is printed or saved', async () => {
    const vault = await startVault({ dialect: 'api' });
    const job = new Job();
    const main = await job.main(inputsFor(vault, EVERYTHING));
    const lines = main.stdout.split('\n');
    const firstOther = lines.findIndex((line) => !line.startsWith('::add-mask::'));
    expect(lines.slice(0, firstOther)).toContain(`::add-mask::${vault.clients.ci.clientSecret}`);
    const firstState = lines.findIndex((line) => /pam\/credential/.test(line));
    const tokens = main.masks.filter((mask) => /^[\w-]+\.[\w-]+\.[\w-]+$/.test(mask));
    expect(new Set(tokens).size).toBe(2);
    expect(Math.max(...tokens.map((token) => lines.indexOf(`::add-mask::${token}`)))).toBeLessThan(
      firstState,
    );
    job.close();
    await vault.close();
  });
});
