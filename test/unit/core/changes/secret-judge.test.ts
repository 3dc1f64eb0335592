import { describe, expect, test } from 'vitest';
import { judgeSecret } from '../../../../src/core/changes/secret-judge.js';
import { planSecret } from '../../../../src/core/changes/secret-plan.js';
import { SeguraError } from '../../../../src/core/errors.js';
import { Secret } from '../../../../src/core/secret.js';
import type { DsmSecret } from '../../../../src/core/vault/dsm.js';
import type { ChangeOutcome } from '../../../../src/core/vault/write/send-change.js';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const lost = new SeguraError('VAULT_UNREACHABLE', 'Lost.', 'Look.');
const ACCEPTED: ChangeOutcome = { kind: 'accepted', body: {}, requestId: undefined };
const UNCERTAIN: ChangeOutcome = { kind: 'uncertain', problem: lost, requestId: undefined };
const REJECTED: ChangeOutcome = { kind: 'rejected', problem: lost, requestId: undefined };

function secret(value: string, version: string | undefined): DsmSecret {
  const details = { name: 'i', engine: 'Generic' };
  return { identity: 'i', version, expires: undefined, details, maps: [new Map([['A', new Secret(value)]])] };
}

const wish = { identity: 'i', fields: new Map([['A', new Secret('new')]]), isReplacing: false };
const UPDATE = planSecret(secret('old', '2'), wish);
const CREATE = planSecret(undefined, wish);

describe('a change of a secret', () => {
  test.each([
    ['confirmed, and read back equal', UPDATE, ACCEPTED, secret('new', '3'), 'done', 0],
    [
      'confirmed, and read back equal in a vault without versions',
      UPDATE,
      ACCEPTED,
      secret('new', undefined),
      'done',
      0,
    ],
    [
      'confirmed, with a version that another client has moved',
      UPDATE,
      ACCEPTED,
      secret('new', '4'),
      'done',
      1,
    ],
    ['not answered, and read back equal', UPDATE, UNCERTAIN, secret('new', '3'), 'done', 1],
    ['not answered, and read back as before', UPDATE, UNCERTAIN, secret('old', '2'), 'pending', 0],
    [
      'not answered, and read back as before with another version',
      UPDATE,
      UNCERTAIN,
      secret('old', '3'),
      'unknown',
      0,
    ],
    ['confirmed, and read back as before', UPDATE, ACCEPTED, secret('old', '2'), 'unknown', 0],
    ['confirmed, and read back as something else', UPDATE, ACCEPTED, secret('other', '3'), 'unknown', 0],
    ['confirmed, and gone', UPDATE, ACCEPTED, undefined, 'unknown', 0],
    ['rejected', UPDATE, REJECTED, secret('old', '2'), 'failed', 0],
    ['confirmed as new', CREATE, ACCEPTED, secret('new', '1'), 'done', 0],
    ['confirmed as new, with an old version', CREATE, ACCEPTED, secret('new', '7'), 'done', 1],
    ['of a new secret not answered, and not there', CREATE, UNCERTAIN, undefined, 'pending', 0],
    [
      'confirmed, with a value that comes encrypted',
      UPDATE,
      ACCEPTED,
      secret(Buffer.alloc(256, 7).toString('base64'), '3'),
      'done',
      1,
    ],
  ] as const)('%s: %#', (_, plan, sent, found, kind, warnings) => {
    const judgement = judgeSecret(plan, sent, { secret: found }, NOW);
    expect(judgement.kind).toBe(kind);
    if (judgement.kind === 'done') expect(judgement.warnings).toHaveLength(warnings);
  });

  test('is not known where the expiration date was lost on the way', () => {
    const plan = planSecret({ ...secret('old', '2'), expires: '2099-01-01 00:00:00' }, wish);
    expect(judgeSecret(plan, ACCEPTED, { secret: secret('new', '3') }, NOW).kind).toBe('unknown');
  });

  test('is not known where it cannot be read back', () => {
    for (const sent of [ACCEPTED, UNCERTAIN])
      expect(judgeSecret(UPDATE, sent, { unread: lost }, NOW)).toMatchObject({
        kind: 'unknown',
        problem: { code: 'CHANGE_UNCERTAIN' },
      });
  });

  test('that lets it expire is done when it is gone', () => {
    const plan = planSecret(secret('old', '2'), { ...wish, expires: '2025-12-31 00:00:00' });
    expect(judgeSecret(plan, ACCEPTED, { secret: undefined }, NOW).kind).toBe('done');
  });

  test('has no value in any message', () => {
    const judgement = judgeSecret(UPDATE, ACCEPTED, { secret: secret('other', '3') }, NOW);
    expect(JSON.stringify(judgement)).not.toMatch(/"(?:old|new|other)"/);
  });
});
