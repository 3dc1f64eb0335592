import { describe, expect, test } from 'vitest';
import { planSecret, type SecretWish } from '../../../../src/core/changes/secret-plan.js';
import { SeguraError } from '../../../../src/core/errors.js';
import { Secret } from '../../../../src/core/secret.js';
import type { DsmSecret } from '../../../../src/core/vault/dsm.js';
import { secretRequest } from '../../../../src/core/vault/write/secret-form.js';

type Values = Readonly<Record<string, string | null>>;

const fieldsOf = (values: Values): Map<string, Secret | null> =>
  new Map(Object.entries(values).map(([name, value]) => [name, value === null ? null : new Secret(value)]));

function secret(...maps: Values[]): DsmSecret {
  const details = { name: 'n', engine: 'GitLab' };
  return { identity: 'i', version: '4', expires: undefined, details, maps: maps.map(fieldsOf) };
}

function wish(values: Readonly<Record<string, string>>, more: Partial<SecretWish> = {}): SecretWish {
  const fields = fieldsOf(values) as Map<string, Secret>;
  return { identity: 'i', fields, isReplacing: false, ...more };
}

/** What is sent, with `data` decoded. */
function sent(...[before, wished]: Parameters<typeof planSecret>): Record<string, unknown> {
  const form = Object.fromEntries(new URLSearchParams(secretRequest(planSecret(before, wished).form).body));
  const { data = '', ...rest } = form;
  return { ...rest, data: JSON.parse(Buffer.from(data, 'base64').toString()) };
}

describe('a write of a secret', () => {
  test('of a new identity has its name, the engine Generic and one group of fields', () => {
    expect(sent(undefined, wish({ A: 'x' }))).toEqual({
      name: 'i',
      identity: 'i',
      engine: 'Generic',
      data: { key_value: { fields: { A: 'x' } } },
    });
  });

  test('without fields is none of a secret that is not listed: one that has expired would lose its fields', () => {
    for (const more of [{ expires: '2099-01-01 00:00:00' }, { title: 'x' }, { isReplacing: true }])
      expect(() => planSecret(undefined, wish({}, { identity: 'my db', ...more }))).toThrow(
        expect.objectContaining({
          code: 'SECRET_NOT_FOUND',
          remedy: expect.stringContaining("segura-secrets secret put 'my db' --field NAME=@FILE"),
        }),
      );
  });

  test('is nothing if the list says neither name nor engine, and nothing else differs', () => {
    const before = { ...secret({ A: 'x' }), details: { name: undefined, engine: undefined } };
    expect(planSecret(before, wish({ A: 'x' })).kind).toBe('nothing');
    expect(planSecret(before, wish({ A: 'x' }, { engine: 'GitLab' })).kind).toBe('update');
  });

  test('sends again what it keeps: name, engine, and every field, in its group', () => {
    const before = secret({ A: 'x', N: null }, { B: 'y' });
    expect(sent(before, wish({ B: 'z', C: 'c' }))).toEqual({
      name: 'n',
      identity: 'i',
      engine: 'GitLab',
      data: {
        key_value: [
          { key_value: { fields: { A: 'x', N: null, C: 'c' } } },
          { key_value: { fields: { B: 'z' } } },
        ],
      },
    });
  });

  test('names what is added, changed, kept and removed', () => {
    const before = secret({ A: 'x', B: 'y', D: 'd' });
    const { kind, changes } = planSecret(before, wish({ A: 'x', B: 'z', C: 'c' }, { isReplacing: true }));
    expect(kind).toBe('update');
    expect(changes).toEqual({ added: ['C'], changed: ['B'], kept: ['A'], removed: ['D'] });
  });

  test.each([
    [{}, 'nothing'],
    [{ expires: '2099-01-01 00:00:00' }, 'update'],
    [{ engine: 'Generic' }, 'update'],
    [{ engine: 'GitLab', title: 'n' }, 'nothing'],
    [{ description: '' }, 'update'],
  ] as const)('with the same fields and %j is: %s', (more, kind) => {
    expect(planSecret(secret({ A: 'x' }), wish({ A: 'x' }, more)).kind).toBe(kind);
  });

  test.each([
    [secret({ A: 'x' }, { A: 'y' }), 'FIELD_AMBIGUOUS'],
    [secret({ hostname: 'h', username: 'u', password: 'p', ip: null }), 'CHANGE_REFUSED'],
    [secret({ access_key_id: 'a', secret_access_key: 's', TTL: null }), 'CHANGE_REFUSED'],
    [secret({ OLD: Buffer.alloc(256, 7).toString('base64') }), 'CHANGE_REFUSED'],
    [secret({ OLD: 'An error occurred while encrypting the text' }), 'CHANGE_REFUSED'],
  ])('is rejected where the vault would lose something: %#', (before, code) => {
    let found: unknown;
    try {
      planSecret(before, wish({ A: 'z' }));
    } catch (error) {
      found = error;
    }
    expect(found).toBeInstanceOf(SeguraError);
    expect(found).toMatchObject({ code });
    expect(planSecret(before, wish({ A: 'z' }, { isReplacing: true })).kind).toBe('update');
  });
});
