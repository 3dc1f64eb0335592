import { execFile, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { Desk } from '../support/command-line.js';
import { NASTY as NASTY_VALUES } from '../support/nasty.js';
import { lacks } from '../support/skips.js';
import { type DsmSecret, type Row, startVault, type Vault, type VaultOptions } from '../vault/index.js';
import { rowsOf } from '../vault/leaks.js';

/** The provider of github.com/external-secrets/external-secrets 0.18.2, with a fake client of Kubernetes. */
const folder = mkdtempSync(join(tmpdir(), 'segura-eso-'));
const program = join(folder, 'reads-by-eso');

type Values = Readonly<Record<string, string>>;

/** Values are base64 of their bytes. */
interface Answer {
  readonly error?: string;
  readonly map: Readonly<Record<string, Values>>;
  readonly single: Readonly<Record<string, Values>>;
  readonly whole: Values;
  readonly errors: Values;
}

/** Values that a client, its JSON or its bytes could change; the label TWICE is in two items. */
const NASTY: Row[] = [
  {
    QUOTES: `"'\`\\ \\n $(id) \${x} %0A %s <a href="&amp;">`,
    LINES: 'first\r\nsecond\n\n\tthird\n',
    SPACE: '  around it  ',
    CONTROL: Array.from({ length: 32 }, (_, code) => String.fromCharCode(code)).join(''),
    UNICODE: 'çã é e\u0301 \u00a0\u2028\u2029\ufeff 日本 🔑 \u{10ffff}',
    BASE64: Buffer.from('already').toString('base64'),
    JSON: '{"a":[1,"2"]}',
    TRUE: 'true',
    EMPTY: '',
    NOTHING: null,
    LONG: 'x'.repeat(200_000),
    TWICE: 'first',
  },
  { TWICE: 'second', 'with space': 'a', 'ção/.[0]': 'b', '': 'c' },
];

async function opened(options: VaultOptions = {}): Promise<Vault> {
  const vault = await startVault(options);
  onTestFinished(() => vault.close());
  return vault;
}

/** What the client reads of `secrets`: each as a map, whole, and every property by itself. */
async function reads(
  vault: Vault,
  secrets: Record<string, string[]>,
  clientSecret?: string,
): Promise<Answer> {
  const child = spawn(program, [], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(
    JSON.stringify({
      url: vault.url,
      secrets,
      ...vault.clients.ci,
      ...(clientSecret ? { clientSecret } : {}),
    }),
  );
  return JSON.parse(await text(child.stdout));
}

const base64 = (value: string | null): string => Buffer.from(value ?? '').toString('base64');

const coded = (entries: [string, string | null][]): Values =>
  Object.fromEntries(entries.map(([label, value]) => [label, base64(value)]));

describe.skipIf(lacks('go'))('the provider of the External Secrets Operator', () => {
  beforeAll(async () => {
    cpSync(join(import.meta.dirname, 'eso'), folder, { recursive: true });
    const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-p=2 -mod=readonly' };
    // The flags of linker and paths make no difference to the client, but half the work.
    const args = ['build', '-trimpath', '-ldflags', '-s -w', '-o', program, '.'];
    await promisify(execFile)('go', args, { cwd: folder, env });
  }, 1_500_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(['iso', 'api'] as const)(
    'reads every value of every secret byte for byte (%s)',
    async (dialect) => {
      const vault = await opened({ dialect });
      const { secretIds } = vault.authorization('ci');
      const nasty: DsmSecret = {
        ...vault.data.secrets[0],
        id: 9_000,
        identity: 'nasty "$(id)" ç',
        data: NASTY,
      } as DsmSecret;
      vault.data.secrets.push(nasty);
      secretIds.push(nasty.id);
      const listed = vault.data.secrets.filter(({ id }) => secretIds.includes(id));
      expect(listed.length).toBeGreaterThan(3);
      const labels = (data: Row[]): string[] =>
        data.flatMap((row) => Object.keys(row)).filter((label) => label !== '');
      const got = await reads(
        vault,
        Object.fromEntries(listed.map(({ identity, data }) => [identity, labels(rowsOf(data))])),
      );
      expect([got.error, got.errors]).toEqual([undefined, {}]);
      for (const { identity, data } of listed) {
        const rows = rowsOf(data);
        const fields = rows.flatMap((row) => Object.entries(row));
        // Of two items with one label, the map has the last, and a property the first. A null is an empty value.
        expect(got.map[identity], identity).toEqual(coded(fields));
        expect(got.single[identity], identity).toEqual(
          coded(fields.filter(([label]) => label !== '').toReversed()),
        );
        const whole = JSON.parse(Buffer.from(got.whole[identity] ?? '', 'base64').toString());
        expect(whole, identity).toEqual(
          rows.map((row) =>
            Object.fromEntries(Object.entries(row).map(([label, value]) => [label, value ?? ''])),
          ),
        );
      }
      const paths = vault.journal.lines().map((line) => line.split(' ').slice(0, 2).join(' '));
      expect([...new Set(paths)]).toEqual(['POST /iso/oauth2/token', 'GET /iso/dapp/application']);
    },
  );

  test('reads byte for byte what secret put has written', async () => {
    const vault = await opened({ dialect: 'api' });
    const desk = new Desk(vault);
    onTestFinished(() => desk.close());
    const values: Values = { ...NASTY_VALUES, EMPTY: '', 'with space': 'ç' };
    writeFileSync(join(desk.folder, 'values.json'), JSON.stringify(values));
    const identity = 'written "by" ç/us';
    const put = await desk.run(['secret', 'put', identity, '--json', 'values.json', '--yes']);
    expect(put.code, put.stderr).toBe(0);
    const got = await reads(vault, { [identity]: Object.keys(values) });
    expect([got.error, got.errors]).toEqual([undefined, {}]);
    expect(got.map[identity]).toEqual(coded(Object.entries(values)));
    expect(got.single[identity]).toEqual(coded(Object.entries(values)));
    expect(JSON.parse(Buffer.from(got.whole[identity] ?? '', 'base64').toString())).toEqual([values]);
  });

  test('reads nothing of a secret that has expired, and of one that the vault does not have', async () => {
    const vault = await opened();
    for (const secret of vault.data.secrets)
      if (secret.identity === 'postgres') secret.expirationDate = '2020-01-01 00:00:00';
    const got = await reads(vault, { postgres: ['PASSWORD'], unknown: ['A'] });
    expect([got.error, got.map]).toEqual([undefined, { postgres: {}, unknown: {} }]);
    expect(Object.keys(got.errors).toSorted()).toEqual([
      'postgres',
      'postgres/PASSWORD',
      'unknown',
      'unknown/A',
    ]);
    expect(got.single).toEqual({ postgres: {}, unknown: {} });
  });

  test('reports a wrong client secret, and reads nothing', async () => {
    const got = await reads(await opened(), { postgres: [] }, 'wrong');
    expect([got.error, got.map]).toEqual(['received invalid HTTP code from senhasegura', {}]);
  });

  test('sends nothing to a vault without TLS', async () => {
    const vault = await opened({ tls: 'off' });
    const got = await reads(vault, { postgres: [] });
    expect(got.error).toBe('invalid senhasegura URL, must be HTTPS for security reasons');
    expect(vault.journal.lines()).toEqual([]);
  });
});
