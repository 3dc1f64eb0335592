import { expect, test } from 'vitest';
import { signOf } from '../../../../src/core/entries/secret-signs.js';

test.each([
  ['DB_PASSWORD', 'hunter2'],
  ['dbPassword', '123456'],
  ['spring.datasource.password', 'p4ss'],
  ['API_KEY', 'abc'],
  ['STRIPE', 'sk_test_0123456789abcdef'],
  ['DATABASE_URL', 'postgres://app:pw@db:5432/shop'],
  ['AZURE', 'Endpoint=x;AccountKey=abc=='],
  ['CERT', '-----BEGIN RSA PRIVATE KEY-----\nAA\n-----END RSA PRIVATE KEY-----\n'],
  ['SESSION', 'Zk3v9QpL0sX7tYb2Wc5R'],
  ['JWT', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.'],
  ['SESSION_HEX', '0123456789abcdef0123456789abcdef'],
])('%s looks like a secret', (name, value) => {
  const sign = signOf(name, value);
  expect(sign.isSecret).toBe(true);
  expect(sign.why).not.toContain(value);
});

test.each([
  ['DB_PASSWORD', '', 'empty'],
  ['DB_PASSWORD', 'changeme', 'a placeholder'],
  ['DB_PASSWORD', '$DB_PASSWORD', 'a placeholder'],
  ['PASSWORD_MIN_LENGTH', '12', 'a number'],
  ['TOKEN_URL', 'https://id.example.com/token', 'an address or a path'],
  ['PASSWORD_RESET_ENABLED', 'true', 'true or false'],
  ['DATABASE_URL', 'postgres://db:5432/shop', 'an address or a path'],
  ['PORT', '5432', 'a number'],
  ['COMMIT_SHA', '0123456789abcdef0123456789abcdef01234567', 'its name suggests a public value'],
  ['TENANT', '123e4567-e89b-12d3-a456-426614174000', 'an id (UUID)'],
  ['BUCKET', 'shop-production-eu-west-1-assets', 'plain text'],
  ['GREETING', 'Hello, world', 'plain text'],
])('%s with %j does not: %s', (name, value, why) => {
  expect(signOf(name, value)).toEqual({ isSecret: false, why });
});
