import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { formsIn } from './support/encodings.js';
import { inputsFor } from './support/inputs.js';
import { NASTY } from './support/nasty.js';
import { Job, type StepResult } from './support/runner.js';
import type { Vault, VaultOptions } from './vault/index.js';
import { openVault } from './vault/vault-fixture.js';

function openJob(): Job {
  const job = new Job();
  onTestFinished(() => job.close());
  return job;
}

function fetched(
  vault: Vault,
  mysafe: string,
  { job = openJob(), ...more }: { job?: Job; [input: string]: string | Job } = {},
): Promise<StepResult> {
  return job.main(inputsFor(vault, { mysafe, ...(more as Record<string, string>) }, vault.client('mysafe')));
}

const fieldsOf = (vault: Vault, id: number): Record<string, string> =>
  vault.data.safe.find((item) => item.id === id)?.fields ?? {};

describe('mysafe', () => {
  test.each([
    ['api', '/api/mysafe'],
    ['iso', '/iso/mysafe'],
  ] as const)('gives each kind by number, name and identifier, in the dialect %s', async (dialect, path) => {
    const vault = await openVault({ dialect, isoPamKept: false });
    const job = openJob();
    const lines = [
      'password:registry > REGISTRY',
      'password:6/username > REGISTRY_USER',
      'password:"gmail corporate"/password > output:MAIL, file:mail.txt',
      'note:license > path:LICENSE',
      'api:gcp-deploy > GCP_SECRET',
      'api:4/* > GCP_*',
    ].join('\n');
    const main = await fetched(vault, lines, { job, 'export-env': 'true', unmasked: 'REGISTRY_USER' });
    expect(main.code, main.log).toBe(0);
    const [registry, mail, note] = [fieldsOf(vault, 6), fieldsOf(vault, 5), fieldsOf(vault, 9)];
    expect(Object.fromEntries(main.outputs)).toMatchObject({
      REGISTRY: registry['password'],
      REGISTRY_USER: 'publisher',
      MAIL: mail['password'],
      GCP_SECRET: fieldsOf(vault, 3)['client_secret'],
      GCP_client_secret: fieldsOf(vault, 4)['client_secret'],
      GCP_client_id: 'gcp-reader',
      GCP_url: 'https://gcp1.example.com',
    });
    expect(main.env.get('REGISTRY')).toBe(registry['password']);
    expect(readFileSync(join(job.workspace, 'mail.txt'), 'utf8')).toBe(mail['password']);
    expect(readFileSync(main.outputs.get('LICENSE') ?? '', 'utf8')).toBe(note['note']);
    const reads = vault.journal.requests.filter(({ method, status }) => method === 'GET' && status === 200);
    // Each list and each item once: two items are asked for by number.
    expect(reads.map((request) => request.path.replace(path, '')).sort()).toEqual(
      [
        '/note',
        '/note/9',
        '/password',
        '/password/5',
        '/password/6',
        '/password/6',
        '/secretapi',
        '/secretapi/3',
        '/secretapi/4',
      ].sort(),
    );
    expect(main.log).toContain('REGISTRY');
    for (const { value } of [registry, mail, note].map((each) => ({
      value: each['password'] ?? each['note'] ?? '',
    })))
      for (const text of [main.log, main.summary, main.stderr])
        expect(formsIn(Buffer.from(text), [value])).toEqual([]);
    const post = await job.post({});
    expect(post.code, post.log).toBe(0);
  });

  test('keeps every byte of a value', async () => {
    const vault = await openVault({ dialect: 'api' });
    const names = Object.keys(NASTY) as (keyof typeof NASTY)[];
    for (const [at, name] of names.entries())
      vault.data.safe.push({
        ...{
          id: 100 + at,
          kind: 'secretapi',
          active: true,
          viewers: [vault.authorization('mysafe').id],
          editors: [],
        },
        fields: { name, url: 'u', client_id: 'i', client_secret: NASTY[name], identifier_code: `code-${at}` },
      });
    const lines = names.map((name, at) => `api:${at % 2 === 0 ? name : `code-${at}`} > ${name}`);
    const main = await fetched(vault, lines.join('\n'));
    expect(main.code, main.log).toBe(0);
    for (const name of names) expect(main.outputs.get(name), name).toBe(NASTY[name]);
  });

  test('gives a one-time password with the zeros at its start', async () => {
    // The seed of RFC 6238, and a time whose code begins with zeros: 07081804 of its vectors.
    const vault = await openVault({ dialect: 'api', now: () => 1_111_111_109_000 });
    Object.assign(fieldsOf(vault, 6), { secret_key: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' });
    const main = await fetched(vault, 'password:registry/token > OTP');
    expect(main.outputs.get('OTP'), main.log).toBe('081804');
  });

  test('decrypts what an access key gets encrypted', async () => {
    const vault = await openVault({ dialect: 'api' });
    vault.authorization('mysafe').encryption = true;
    const refused = await fetched(vault, 'password:registry > P');
    expect([refused.code, refused.log.includes('VALUE_BROKEN')]).toEqual([1, true]);
    const main = await fetched(vault, 'password:registry > P\npassword:registry/username > U', {
      'decryption-key': vault.privateKey('mysafe'),
    });
    expect([main.outputs.get('P'), main.outputs.get('U')], main.log).toEqual([
      fieldsOf(vault, 6)['password'],
      'publisher',
    ]);
  });

  test('says which items are missing, each with its line and the nearest name', async () => {
    const vault = await openVault({ dialect: 'api' });
    Object.assign(vault.data.safe.find(({ id }) => id === 9) ?? {}, { active: false });
    const lines = [
      'password:regisry > A',
      'password:77 > B',
      'api:GCP > C',
      'note:9 > D',
      'password:5/pasword > E',
    ];
    const main = await fetched(vault, lines.join('\n'));
    expect([main.code, main.outputs.size]).toEqual([1, 0]);
    for (const text of [
      'Line 1 of "mysafe": MySafe has no password regisry for this access key.',
      'Did you mean password:registry?',
      'Line 2 of "mysafe": MySafe has no password 77 for this access key.',
      'Line 3 of "mysafe": MySafe has 2 API secrets with the name GCP.',
      'by its number or its identifier: api:3, api:4.',
      'Line 4 of "mysafe": note:9 is inactive in MySafe (code 1009).',
    ])
      expect(main.log).toContain(text);
    const field = await fetched(vault, 'password:5/pasword > E');
    expect(field.log).toContain('Did you mean password:5/password > E?');
  });

  test('says that a login of DSM and PAM opens none of MySafe, and how to get one', async () => {
    const vault = await openVault({ dialect: 'api' });
    const job = openJob();
    const main = await job.main(inputsFor(vault, { mysafe: 'password:registry > P' }));
    expect(main.code).toBe(1);
    expect(main.log).toContain('ACCESS_DENIED');
    expect(main.log).toContain('it is no access key of MySafe');
    expect(main.log).toContain('MySafe > Integrations > Access keys');
  });

  test('says that an item is not for this access key', async () => {
    const vault = await openVault({ dialect: 'api' });
    Object.assign(vault.data.safe.find(({ id }) => id === 6) ?? {}, { viewers: [], editors: [] });
    const main = await fetched(vault, 'note:license > N\npassword:6 > P\npassword:77 > Q');
    expect(main.log).toContain('Line 2 of "mysafe": The access key may not use password:6 (code 1006).');
    // What is wrong with other lines is said too.
    expect(main.log).toContain('Line 3 of "mysafe": MySafe has no password 77');
  });

  test('says that a vault without MySafe has none', async () => {
    const vault = await openVault({ dialect: 'coe' });
    const main = await fetched(vault, 'note:license > N');
    expect(main.log).toContain(
      'The vault does not offer MySafe at any of /api/mysafe/note, /iso/mysafe/note.',
    );
  });

  test.each([
    ['registry > P', 'does not say which kind of item registry is', 'Write password:registry > P'],
    ['* > *', 'asks for all of MySafe', 'password:NAME > NAME'],
    ['password:registry', 'has no destination', 'Write password:registry/password > NAME'],
    ['password:registry[0]/password > P', 'only DSM secrets have maps', 'Leave the index out'],
    ['secret:x/y > P', 'does not say which kind of item secret:x is', 'Write password:x/y > P'],
    ['note: > P', 'does not say which kind', 'Write note:NAME > P'],
  ])('rejects the line %j before any request', async (line, problem, remedy) => {
    const vault = await openVault({ dialect: 'api' });
    const main = await fetched(vault, line);
    expect(main.code).toBe(1);
    expect(main.log).toContain(problem);
    expect(main.log).toContain(remedy);
    expect(vault.journal.requests).toEqual([]);
  });

  test('is rejected beside requests for DSM and PAM before any request', async () => {
    const vault = await openVault({ dialect: 'api' });
    const main = await fetched(vault, 'note:license > N', { secrets: '*', credentials: '94 > P' });
    expect(main.log).toContain('"mysafe" cannot stand beside "secrets", "credentials"');
    expect(main.log).toContain('in another step');
    expect(vault.journal.requests).toEqual([]);
  });

  test.each(['echoSecret', 'unexpectedError', 'truncated'] as const)(
    'shows no value when the vault does what the fault %s does',
    async (kind) => {
      const vault = await openVault({ dialect: 'api' } satisfies VaultOptions);
      const fault =
        kind === 'echoSecret'
          ? ({ kind, status: 400 } as const)
          : kind === 'truncated'
            ? ({ kind, cut: 'body' } as const)
            : ({ kind } as const);
      vault.faults.add({ match: { path: /mysafe/ }, times: 9, fault });
      const main = await fetched(vault, 'password:6 > P\nnote:license > N', { retries: '0' });
      expect(main.code).toBe(1);
      expect(formsIn(Buffer.from(main.log + main.stderr + main.summary), vault.secretValues())).toEqual([]);
    },
  );
});
