/** Fields that tell about a secret without being one, compared without case. A closed list: all else is secret. */
const METADATA = new Set([
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
  'ttl',
  'expiration',
  'expiration_date',
  'expiration_time',
]);

export function isMetadata(field: string): boolean {
  return METADATA.has(field.toLowerCase());
}
