/** A space, also as a URL or a form has it. */
const GAP = '(?:[ +]|%20)';

/** What a text that holds a private key, or another key that is never shown, has somewhere, inside JSON or YAML too. */
const MARKS: readonly RegExp[] = [
  // PEM of every kind, in an encrypted one too; that of the other SSH; PuTTY's own.
  new RegExp(`-----BEGIN${GAP}(?:[A-Z0-9]+${GAP})*PRIVATE${GAP}KEY(?:${GAP}BLOCK)?-----`),
  new RegExp(`---- ?BEGIN${GAP}SSH2${GAP}(?:ENCRYPTED${GAP})?PRIVATE${GAP}KEY ?----`),
  /PuTTY-User-Key-File-\d/,
  // age; minisign and signify; WireGuard.
  /AGE-(?:SECRET-KEY(?:-PQ)?|PLUGIN-[A-Z0-9-]{1,40})-1[A-Z0-9]{6}/i,
  /^untrusted comment:.*\bsecret key\b/im,
  /^\s*PrivateKey\s*=\s*[A-Za-z0-9+/]{43}=/m,
];

/** JSON Web Keys, in a set too: a private member beside the type. A symmetric one is a secret as a whole. */
const JWK_TYPE = /["']?\bkty\\?["']?\s*:/;
const JWK_SECRET = /\\?["'](?:d|k)\\?["']\s*:\s*\\?["'][A-Za-z0-9_-]{8}/;

/** The XML in which .NET writes keys of RSA. */
const isXmlKey = (value: string): boolean => value.includes('<RSAKeyValue>') && value.includes('<D>');

/** Base64 of the beginning of PEM, as a kubeconfig has it. */
const PEM_IN_BASE64 = /LS0tLS1CRUdJTi[A-Za-z0-9+/_-]*(?:\s+[A-Za-z0-9+/_-]+)*/g;
/** So much of it names its kind. */
const HEAD_LENGTH = 120;

/** How often base64 is looked into for more base64. */
const MAX_LAYERS = 3;

/** True for a text that holds a private key, as it is, as base64 or hex, or with a field of it in base64. */
export function isPrivateKey(value: string, layers = MAX_LAYERS): boolean {
  if (MARKS.some((mark) => mark.test(value))) return true;
  if (isXmlKey(value) || (JWK_TYPE.test(value) && JWK_SECRET.test(value))) return true;
  for (const [text] of value.matchAll(PEM_IN_BASE64)) {
    const head = Buffer.from(text.slice(0, 2 * HEAD_LENGTH).replaceAll(/\s/g, ''), 'base64');
    if (MARKS.some((mark) => mark.test(head.toString('latin1')))) return true;
  }
  return (
    layers > 0 &&
    decodings(value).some((bytes) => isKeyBytes(bytes) || isPrivateKey(bytes.toString('latin1'), layers - 1))
  );
}

function decodings(value: string): Buffer[] {
  const compact = value.replaceAll(/\s/g, '');
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(compact)) return [];
  const isHex = compact.length % 2 === 0 && /^[0-9A-Fa-f]+$/.test(compact);
  return [Buffer.from(compact, 'base64'), ...(isHex ? [Buffer.from(compact, 'hex')] : [])];
}

/** What DER of a private key begins with, after the header of the whole: which form of key it is. */
const DER_HEADS = [
  // PKCS #8 (RFC 5958), PKCS #1 (RFC 8017), SEC 1 (RFC 5915): a version, then an algorithm, a modulus, or the key.
  ...['02010030', '02010130', '02010002', '02010104'],
  // PKCS #12 (RFC 7292).
  '02010330',
];
/** PKCS #8, encrypted by PKCS #5 or #12: the algorithm comes first. */
const DER_ENCRYPTED = /^30(?:81)?..06(?:092a864886f70d0105|0a2a864886f70d010c01)/;
/** OpenSSH's own; the key stores of Java. */
const BINARY_HEADS = [Buffer.from('openssh-key-v1\0').toString('hex'), 'feedfeed', 'cececece'];

/** True for bytes that are a private key, or a store of some, in binary. */
function isKeyBytes(bytes: Buffer): boolean {
  const head = bytes.subarray(0, 40).toString('hex');
  if (BINARY_HEADS.some((each) => head.startsWith(each))) return true;
  const [, size] = /^30(80|[0-7].|81..|82....|83......|84........)/.exec(head) ?? [];
  if (size === undefined) return false;
  const isWhole = size === '80' || sizeOf(size) === bytes.length - 1 - size.length / 2;
  const rest = head.slice(2 + size.length);
  return isWhole && (DER_HEADS.some((each) => rest.startsWith(each)) || DER_ENCRYPTED.test(rest));
}

/** The length that DER gives its content. */
function sizeOf(hex: string): number {
  return Number.parseInt(hex.length > 2 ? hex.slice(2) : hex, 16);
}
