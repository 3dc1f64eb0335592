/** Fields that describe a secret but are not secret, compared without case. A closed list: everything else is secret. */
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
  'automatic_change',
]);

export function isMetadata(field: string): boolean {
  return METADATA.has(field.toLowerCase());
}
