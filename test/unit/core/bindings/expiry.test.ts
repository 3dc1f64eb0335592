import { expect, test } from 'vitest';
import { expiryWarning } from '../../../../src/core/bindings/expiry.js';
import type { FoundField } from '../../../../src/core/requests/found-field.js';
import { Secret } from '../../../../src/core/secret.js';

const NOW = Date.parse('2026-03-10T12:00:00Z');

const warning = (expires: string | undefined): string | undefined => {
  const found: FoundField = {
    field: 'PW',
    origin: { kind: 'dsm', identity: 'my db', map: undefined, field: 'PW' },
    value: new Secret('v'),
    source: '"my db"/PW',
    version: undefined,
    expires,
    user: undefined,
  };
  return expiryWarning(found, NOW);
};

test.each([
  '2026-03-09 23:59:59',
  '2022-08-18',
  '2021-01-16T17:31:39',
  '2026-03-10T11:00:00Z',
  '2026-03-10T08:30:00-03:00',
  '2026-03-10 13:59:00+0200',
  '2020-02-29 00:00',
  '2020-01-01T00:00:00.123Z',
])('%s has passed, and is reported with the name', (date) => {
  expect(warning(date)).toContain(`"my db" has expired (${date})`);
});

test.each(['2026-03-10 11:59:00', '2026-03-10 00:00:01'])(
  '%s is a time of the clock of the vault, and may still be to come by it',
  (date) => {
    expect(warning(date)).toMatch(/has expired or expires within hours \(.*, by the clock of the vault\)/);
  },
);

test.each([
  '2026-03-10T12:00:01Z',
  '2026-03-10T10:00:00-03:00',
  '2026-03-10',
  '2199-01-01 00:00:00',
  '0000-00-00 00:00:00',
  '',
  'never',
  '18/08/2022',
  undefined,
])('%j is to come, or tells nothing', (date) => {
  expect(warning(date)).toBeUndefined();
});
