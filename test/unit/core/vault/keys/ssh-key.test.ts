import { describe, expect, test } from 'vitest';
import { problemsOf } from '../../../../../src/core/errors.js';
import { textOfField } from '../../../../../src/core/vault/field.js';
import type { KeyReader } from '../../../../../src/core/vault/keys/ssh-key.js';
import { readSshKey } from '../../../../../src/core/vault/keys/ssh-key.js';

const PEM = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n';

type Reply = Awaited<ReturnType<KeyReader['get']>>['opened'];

/** What a vault that answers with these replies, one after another, gives for key 39, and what was told of custody. */
async function read(...replies: readonly unknown[]): Promise<{
  fields: Record<string, string | undefined>;
  id: string | undefined;
  told: string[];
  paths: string[];
}> {
  const told: string[] = [];
  const paths: string[] = [];
  const credential = await readSshKey(
    '39',
    {
      prefixes: ['api', 'iso'],
      encode: (key) => key,
      client: {} as KeyReader['client'],
      decrypt: undefined,
      get: async (path) => {
        paths.push(path);
        return { opened: replies[paths.length - 1] as Reply, unsure: false };
      },
    },
    { replied: (_, prefix) => told.push(`replied ${prefix}`), notTaken: () => told.push('not taken') },
  );
  const fields = [...credential.fields].map(([name, field]) => [name, textOfField(field)]);
  return { fields: Object.fromEntries(fields), id: credential.id, told, paths };
}

const ok = (key: unknown): unknown => ({ ok: true, body: { key } });
const NO_ROUTE = { ok: false, status: 404, says: 'no-route' };

describe('an SSH key', () => {
  test.each([
    ['CRLF', PEM.replaceAll('\n', '\r\n')],
    ['CR', PEM.replaceAll('\n', '\r')],
    ['no line end at its end', PEM.trimEnd()],
    ['blank lines around it', `\r\n\r\n${PEM}\n \n`],
    ['LF', PEM],
  ])('leaves with LF and one line end, though it has %s', async (_, text) => {
    const { fields, id, told } = await read(ok({ id: 39, private_key: text, password: null, tags: ['a'] }));
    expect([fields['private_key'], id, told]).toEqual([PEM, '39', ['replied api']]);
  });

  test('has no passphrase where the vault sends an empty one', async () => {
    const { fields } = await read(ok({ id: '39', private_key: PEM, password: '', username: 'deploy' }));
    expect(fields).toEqual({ id: '39', private_key: PEM, password: undefined, username: 'deploy' });
  });

  test('is read at the older endpoint where there is no newer one', async () => {
    const { paths, told } = await read(NO_ROUTE, ok({ id: '39', private_key: PEM }));
    expect([paths, told]).toEqual([['/api/pam/key/39', '/iso/pam/key/39'], ['replied iso']]);
  });

  test.each([
    [1015, 'CREDENTIAL_NOT_FOUND'],
    [1016, 'CREDENTIAL_NOT_FOUND'],
    [1017, 'CREDENTIAL_INACTIVE'],
    [1009, 'ACCESS_DENIED'],
  ])('is refused with code %d', async (code, expected) => {
    const refused = { ok: false, status: 400, code, says: undefined };
    const [problem] = problemsOf(await read(refused).catch((error: unknown) => error));
    expect([problem?.code, problem?.message.includes(`code ${code}`)]).toEqual([expected, true]);
  });

  test.each([
    ['the number of another key', ok({ id: '40', private_key: PEM })],
    ['a number that is none', ok({ id: '../40', private_key: PEM })],
    ['no key', { ok: true, body: { credential: { id: '39' } } }],
  ])('is not believed with %s', async (_, reply) => {
    const [problem] = problemsOf(await read(reply).catch((error: unknown) => error));
    expect(problem?.code).toBe('REPLY_MALFORMED');
  });

  test('is not there where the vault has neither endpoint', async () => {
    const [problem] = problemsOf(await read(NO_ROUTE, NO_ROUTE).catch((error: unknown) => error));
    expect(problem?.code).toBe('NO_SUCH_ROUTE');
  });
});
