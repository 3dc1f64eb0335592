import { expect, test } from 'vitest';
import { isMetadata } from '../../../../src/core/masking/metadata.js';

test.each([
  'id',
  'identifier',
  'tag',
  'username',
  'user',
  'hostname',
  'host',
  'ip',
  'port',
  'domain',
  'model',
  'type',
  'TTL',
  'expiration_date',
  'expiration_time',
  'USERNAME',
  'ttl',
  'Host',
])('%s is metadata', (field) => {
  expect(isMetadata(field)).toBe(true);
});

test.each([
  'password',
  'PASSWORD',
  'content',
  'additional',
  'additional_information',
  'access_key_id',
  'secret_access_key',
  'private_key',
  'public_key',
  'username2',
  'my_user',
  '',
  ' id',
  'constructor',
])('%j is secret', (field) => {
  expect(isMetadata(field)).toBe(false);
});
