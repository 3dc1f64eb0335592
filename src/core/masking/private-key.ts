/** PEM of every kind, in an encrypted one or inside JSON too; PuTTY's own. */
const PRIVATE_KEY = /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----|PuTTY-User-Key-File-\d/;

/** True for a text that holds a private key, as it is or as base64. */
export function isPrivateKey(value: string): boolean {
  if (PRIVATE_KEY.test(value)) return true;
  const compact = value.replaceAll(/\s/g, '');
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(compact)) return false;
  return PRIVATE_KEY.test(Buffer.from(compact, 'base64').toString('latin1'));
}
