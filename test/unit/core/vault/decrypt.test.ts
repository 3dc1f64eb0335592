import { execFileSync } from 'node:child_process';
import { constants, generateKeyPairSync, privateDecrypt, publicEncrypt, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bind } from '../../../../src/core/bindings/bind.js';
import type { SeguraError } from '../../../../src/core/errors.js';
import { NameList, readNameList } from '../../../../src/core/requests/name-list.js';
import { parseRequests } from '../../../../src/core/requests/parse.js';
import { Secret } from '../../../../src/core/secret.js';
import { clientSecretAuth } from '../../../../src/core/vault/auth/client-secret.js';
import { Client } from '../../../../src/core/vault/client.js';
import {
  type DecryptionKey,
  decryptField,
  decryptWith,
  readDecryptionKey,
} from '../../../../src/core/vault/decrypt.js';
import { openTransport } from '../../../../src/http/transport.js';
import { systemClock } from '../../../../src/platform/process/clock.js';
import { lacks } from '../../../support/skips.js';
import type { Vault } from '../../../vault/index.js';
import { openVault } from '../../../vault/vault-fixture.js';
import { LEDGER_DATA, problemsIn, quietLog } from '../../fakes.js';

const lacksOpenssl = lacks('openssl');
const PASSPHRASE = 'pä ss"phrase\\n';
const PASSWORD = `d3ploy "$(id)" ç%0A 😀 \n`;
const noFile = (): never => {
  throw Object.assign(new Error(), { code: 'ENOENT' });
};

const keyOf = (pem: string, passphrase = ''): DecryptionKey => readDecryptionKey(pem, passphrase, noFile);
function pairOf(modulusLength = 2_048) {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const encrypt = (part: string | Buffer, oaepHash = 'sha1'): Buffer =>
    publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, Buffer.from(part));
  return { publicKey, privateKey, pem, encrypt, key: keyOf(pem) };
}
const PAIR = pairOf();
const LONGER = pairOf(4_096);
const problemOf = (operation: () => unknown): string => {
  const [{ code, message, remedy } = { code: '', message: '', remedy: '' }] = problemsIn(operation);
  return `${code} ${message} ${remedy}`;
};

describe.skipIf(lacksOpenssl)('with keys and values that openssl made', () => {
  let folder = '';
  const path = (name: string): string => join(folder, name);
  const openssl = (...args: string[]): Buffer =>
    execFileSync('openssl', args, {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, PASS: PASSPHRASE },
    });
  const read = (name: string): string => readFileSync(path(name), 'utf8');
  let value = '';

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'decrypt-'));
    openssl('genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048', '-out', 'pkcs8.pem');
    openssl('rsa', '-in', 'pkcs8.pem', '-traditional', '-out', 'pkcs1.pem');
    openssl('pkcs8', '-topk8', '-in', 'pkcs8.pem', '-passout', 'env:PASS', '-out', 'pkcs8-locked.pem');
    openssl(
      ...['rsa', '-in', 'pkcs8.pem', '-traditional', '-aes256', '-passout', 'env:PASS'],
      ...['-out', 'pkcs1-locked.pem'],
    );
    openssl(
      ...['pkcs8', '-topk8', '-v1', 'PBE-MD5-DES', '-provider', 'legacy', '-provider', 'default'],
      ...['-in', 'pkcs8.pem', '-passout', 'env:PASS', '-out', 'old.pem'],
    );
    openssl('pkey', '-in', 'pkcs8.pem', '-pubout', '-out', 'public.pem');
    openssl('req', '-x509', '-key', 'pkcs8.pem', '-subj', '/CN=x', '-out', 'certificate.pem');
    openssl(...['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-out', 'ec.pem']);
    writeFileSync(path('password'), PASSWORD);
    openssl(
      ...['pkeyutl', '-encrypt', '-pubin', '-inkey', 'public.pem', '-in', 'password', '-out', 'sealed'],
      ...['-pkeyopt', 'rsa_padding_mode:oaep', '-pkeyopt', 'rsa_oaep_md:sha1'],
    );
    value = readFileSync(path('sealed')).toString('base64');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each([
    ['pkcs8.pem', ''],
    ['pkcs1.pem', ''],
    ['pkcs8-locked.pem', PASSPHRASE],
    ['pkcs1-locked.pem', PASSPHRASE],
    ['pkcs8.pem', 'a passphrase that nothing needs'],
  ])('%s with passphrase "%s" decrypts a value, in whatever form the key is set', (name, passphrase) => {
    const pem = read(name);
    const given = {
      'as text': pem,
      'in one line': pem.replaceAll('\n', '\\n'),
      'with line ends of Windows': pem.replaceAll('\n', '\r\n'),
      'as base64': Buffer.from(pem).toString('base64'),
      'behind a certificate': read('certificate.pem') + pem,
      'as a path': path(name),
    };
    for (const [how, input] of Object.entries(given)) {
      const key = readDecryptionKey(input, passphrase, (file) => readFileSync(file));
      expect(decryptField(value, key), how).toEqual({ kind: 'decrypted', value: PASSWORD });
    }
  });

  test.each<[string, string, RegExp]>([
    ['pkcs8-locked.pem', '', /is encrypted with a passphrase, and "decryption-key-passphrase" is empty/],
    ['pkcs1-locked.pem', '', /is encrypted with a passphrase, and "decryption-key-passphrase" is empty/],
    ['pkcs8-locked.pem', 'wrong', /"decryption-key-passphrase" does not decrypt "decryption-key"/],
    ['pkcs1-locked.pem', 'wrong', /"decryption-key-passphrase" does not decrypt "decryption-key"/],
    ['old.pem', PASSPHRASE, /old cipher .* openssl pkcs8 -topk8 -provider legacy/],
    ['public.pem', '', /is a public key/],
    ['certificate.pem', '', /is a certificate/],
    ['ec.pem', '', /is a key of type ec, but values are encrypted with RSA/],
    ['password', '', /holds no private key in PEM/],
  ])('%s with passphrase "%s" is rejected with its own message', (name, passphrase, words) => {
    const told = problemOf(() => readDecryptionKey(path(name), passphrase, (file) => readFileSync(file)));
    expect(told).toMatch(/^INPUT_INVALID /);
    expect(told).toMatch(words);
    expect(told).not.toContain('d3ploy');
  });

  test('the command that encrypts an old key again makes one that can be read', () => {
    openssl(
      ...['pkcs8', '-topk8', '-provider', 'legacy', '-provider', 'default', '-in', 'old.pem'],
      ...['-passin', 'env:PASS', '-passout', 'env:PASS', '-out', 'renewed.pem'],
    );
    expect(decryptField(value, keyOf(read('renewed.pem'), PASSPHRASE))).toMatchObject({ kind: 'decrypted' });
  });

  test('openssl decrypts what the embedded vault sends, and so does a key of it', async () => {
    const vault = await encrypting();
    writeFileSync(path('vault.pem'), vault.privateKey());
    const { sealed, plain } = await sealedBy(vault);
    writeFileSync(path('from-vault'), Buffer.from(sealed, 'base64'));
    const opened = openssl(
      ...['pkeyutl', '-decrypt', '-inkey', 'vault.pem', '-in', 'from-vault'],
      ...['-pkeyopt', 'rsa_padding_mode:oaep', '-pkeyopt', 'rsa_oaep_md:sha1'],
    );
    expect(opened.toString()).toBe(plain);
    expect(decryptField(sealed, keyOf(vault.privateKey()))).toEqual({ kind: 'decrypted', value: plain });
  });
});

test.each<[string, string, RegExp]>([
  ['is not a key', 'not a key', /neither PEM, nor base64 of it, nor the path of a file/],
  ['is incomplete', PAIR.pem.slice(0, 200), /is an incomplete private key/],
  ['is damaged', PAIR.pem.replace(/\n.{20}/, '\nAAAAAAAAAAAAAAAAAAAA'), /private key that cannot be read/],
  [
    'is in the format of OpenSSH',
    '-----BEGIN OPENSSH PRIVATE KEY-----\nAA==\n-----END OPENSSH PRIVATE KEY-----\n',
    /ssh-keygen -p -m PKCS8/,
  ],
  [
    'is for signatures only',
    generateKeyPairSync('rsa-pss', { modulusLength: 1_024 })
      .privateKey.export({ type: 'pkcs8', format: 'pem' })
      .toString(),
    /is a key of type rsa-pss/,
  ],
])('a key that %s is rejected with its own message, without its text', (_, input, words) => {
  const told = problemOf(() => keyOf(input));
  expect(told).toMatch(words);
  expect(told).not.toContain(input.slice(0, 60));
});

describe('a value of a reply', () => {
  test('that has any text and any number of blocks arrives byte for byte', () => {
    void fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 120 }),
        fc.integer({ min: 1, max: 90 }),
        (text, size) => {
          const bytes = Buffer.from(text);
          const parts = Array.from({ length: Math.max(1, Math.ceil(bytes.length / size)) }, (_, index) =>
            PAIR.encrypt(bytes.subarray(index * size, (index + 1) * size)),
          );
          const value = Buffer.concat(parts).toString('base64');
          expect(decryptField(value, PAIR.key)).toEqual({ kind: 'decrypted', value: text });
        },
      ),
      { numRuns: 100 },
    );
  });

  test('may be in lines, without padding, or in the alphabet of URLs', () => {
    const sealed = PAIR.encrypt(PASSWORD);
    const lines = sealed.toString('base64').replaceAll(/(.{64})/g, '$1\r\n');
    for (const text of [lines, sealed.toString('base64').replace(/=+$/, ''), sealed.toString('base64url')])
      expect(decryptField(text, PAIR.key)).toEqual({ kind: 'decrypted', value: PASSWORD });
  });

  test.each([
    '',
    'password',
    '\ufeff',
    randomBytes(255).toString('base64'),
    randomBytes(512).toString('hex'),
    'é'.repeat(344),
  ])('that is not a ciphertext is clear: %j', (text) => {
    expect(decryptField(text, PAIR.key)).toEqual({ kind: 'clear' });
  });

  test.each<[string, () => Buffer]>([
    ['for another key', () => pairOf().encrypt('x')],
    ['for a longer key', () => LONGER.encrypt('x')],
    ['for a shorter key', () => pairOf(1_024).encrypt('x')],
    ['with another hash', () => PAIR.encrypt('x', 'sha256')],
    [
      'with the padding of PKCS#1 1.5',
      () => publicEncrypt({ key: PAIR.publicKey, padding: constants.RSA_PKCS1_PADDING }, Buffer.from('x')),
    ],
    ['of which the second block is none', () => Buffer.concat([PAIR.encrypt('x'), randomBytes(256)])],
    ['that is random bytes', () => Buffer.alloc(256, 0xff)],
  ])('%s is undecodable', (_, made) => {
    expect(decryptField(made().toString('base64'), PAIR.key)).toEqual({ kind: 'undecodable' });
  });

  test('that decrypts to bytes which are not UTF-8 is broken, and its place is named', () => {
    const sealed = PAIR.encrypt(Buffer.from([0x70, 0xff])).toString('base64');
    expect(decryptField(sealed, PAIR.key)).toEqual({ kind: 'not-text' });
    const told = problemOf(() => decryptWith(PAIR.key)(sealed, 'GET /x: $.a'));
    expect(told).toMatch(/^VALUE_BROKEN GET \/x: \$\.a is encrypted/);
  });

  test('is decrypted as Node itself decrypts it', () => {
    const sealed = PAIR.encrypt(PASSWORD);
    const { privateKey } = PAIR;
    const padding = constants.RSA_PKCS1_OAEP_PADDING;
    expect(privateDecrypt({ key: privateKey, padding, oaepHash: 'sha1' }, sealed).toString()).toBe(PASSWORD);
  });
});

/** A vault whose authorization encrypts. */
async function encrypting(): Promise<Vault> {
  const vault = await openVault({ dialect: 'api' });
  vault.authorization('ci').encryption = true;
  return vault;
}

async function clientOf(vault: Vault, key: DecryptionKey | undefined): Promise<Client> {
  const { clientId, clientSecret } = vault.clients.ci;
  const { caCertificate: caCertificates, url } = vault;
  return Client.open({
    connection: { ...LEDGER_DATA.connection, url, caCertificates },
    reach: {
      connect: (connection) => openTransport(connection, () => import('../../../../src/http/undici.js')),
      secretsOf: () => [],
    },
    auth: clientSecretAuth(clientId, new Secret(clientSecret)),
    endpoints: { dsm: 'auto', pam: 'auto', decrypt: key && decryptWith(key) },
    limits: {
      timeoutMs: 5_000,
      retries: 0,
      deadlineAtMs: Date.now() + 20_000,
      signal: new AbortController().signal,
    },
    clock: systemClock,
    log: quietLog,
    hide: () => undefined,
  });
}

/** An encrypted value as it came, and what it stands for. */
async function sealedBy(vault: Vault): Promise<{ sealed: string; plain: string }> {
  const client = await clientOf(vault, undefined);
  const secrets = await client.listSecrets();
  await client.close();
  const field = secrets.find(({ identity }) => identity === 'postgres')?.maps[0]?.get('PASSWORD');
  if (!(field instanceof Secret)) throw new Error('the sample has no password of postgres');
  return { sealed: field.reveal(), plain: vault.value('postgres', 'PASSWORD') ?? '' };
}

const witness = {
  leaves: async () => undefined,
  givenUp: () => undefined,
  replied: () => undefined,
  refused: () => undefined,
  notTaken: () => undefined,
};

/** What a run would bind of these requests. */
async function boundOf(vault: Vault, key: DecryptionKey | undefined, opaque = new NameList('opaque')) {
  const problems: SeguraError[] = [];
  const requests = [
    ...parseRequests('dsm', 'postgres/PASSWORD > DB\npostgres/USERNAME > DB_USER', problems),
    ...parseRequests('pam', '94/password > SSH\n94/username > SSH_USER', problems),
  ];
  const client = await clientOf(vault, key);
  const secrets = await client.listSecrets();
  const credentials = new Map([['94', await client.pam.read('94', true, witness)]]);
  await client.close();
  const bindings = bind(
    { requests, exportEnv: false, masking: { opaque } },
    { secrets, credentials },
    problems,
  );
  const values = Object.fromEntries(
    bindings.map(({ target, found }) => [target.name, found.value.reveal()] as const),
  );
  return { problems, values };
}

describe('a client of an authorization that encrypts', () => {
  test('passes on decrypted values of DSM and PAM, and clear ones', async () => {
    const vault = await encrypting();
    const { problems, values } = await boundOf(vault, keyOf(vault.privateKey()));
    expect(problems).toEqual([]);
    expect(values).toMatchObject({
      DB: vault.value('postgres', 'PASSWORD'),
      DB_USER: vault.value('postgres', 'USERNAME'),
      SSH: vault.password(94),
      SSH_USER: 'deploy',
    });
  });

  test('with a wrong key names the fields, the key and the way out; clear ones are no problem', async () => {
    const vault = await encrypting();
    const { problems, values } = await boundOf(vault, PAIR.key);
    const told = problems.map(({ code, message, remedy }) => `${code} ${message} ${remedy}`);
    expect(told).toHaveLength(2);
    expect(told[0]).toMatch(
      /^VALUE_BROKEN .*"decryption-key" does not decrypt postgres\/PASSWORD,.*opaque: DB$/,
    );
    expect(told[1]).toMatch(/^VALUE_BROKEN .*"decryption-key" does not decrypt 94\/password,.*opaque: SSH$/);
    expect(told.join('')).not.toContain(values['DB']);
    const named = readNameList('opaque', 'DB,SSH', []);
    expect((await boundOf(vault, PAIR.key, named)).problems).toEqual([]);
  });

  test('with a key of another length says the same, and without one that there is none', async () => {
    const vault = await encrypting();
    expect((await boundOf(vault, LONGER.key)).problems[0]?.message).toContain(
      '"decryption-key" does not decrypt',
    );
    expect((await boundOf(vault, undefined)).problems[0]?.message).toContain(
      'there is no key here to decrypt it',
    );
  });

  test('passes on a decrypted value that itself looks encrypted', async () => {
    const looks = randomBytes(128).toString('base64');
    const vault = await encrypting();
    const secret = vault.data.secrets.find(({ identity }) => identity === 'postgres');
    if (secret === undefined) throw new Error('the sample has no secret postgres');
    secret.data = [{ USERNAME: 'u', PASSWORD: looks }];
    const { problems, values } = await boundOf(vault, keyOf(vault.privateKey()));
    expect([problems, values['DB']]).toEqual([[], looks]);
  });
});
