/** A space, also as a URL or a form encodes it. */
const GAP = '(?:[ +]|%20)';

/** Marks of a private key, or another key that is never public, anywhere in a text, also inside JSON or YAML. */
const MARKS: readonly RegExp[] = [
  // PEM of every kind, also encrypted; that of SSH.COM; PuTTY.
  new RegExp(`-----BEGIN${GAP}(?:[A-Z0-9]+${GAP})*PRIVATE${GAP}KEY(?:${GAP}BLOCK)?-----`),
  new RegExp(`---- ?BEGIN${GAP}SSH2${GAP}(?:ENCRYPTED${GAP})?PRIVATE${GAP}KEY ?----`),
  /PuTTY-User-Key-File-\d/,
  // age; minisign and signify; WireGuard.
  /AGE-(?:SECRET-KEY(?:-PQ)?|PLUGIN-[A-Z0-9-]{1,40})-1[A-Z0-9]{6}/i,
  /^untrusted comment:.*\bsecret key\b/im,
  /^\s*PrivateKey\s*=\s*[A-Za-z0-9+/]{43}=/m,
];

/** JSON Web Keys, also in a set: a private member next to the type. A symmetric key is secret as a whole. */
const JWK_TYPE = /["']?\bkty\\?["']?\s*:/;
const JWK_SECRET = /\\?["'](?:d|k)\\?["']\s*:\s*\\?["'][A-Za-z0-9_-]{8}/;

/** The XML format of .NET for RSA keys. */
const isXmlKey = (value: string): boolean => value.includes('<RSAKeyValue>') && value.includes('<D>');

/** Base64 of the beginning of PEM, as in a kubeconfig. */
const PEM_IN_BASE64 = /LS0tLS1CRUdJTi[A-Za-z0-9+/_-]*(?:\s+[A-Za-z0-9+/_-]+)*/g;
/** This much of the decoded text names its kind. */
const HEAD_LENGTH = 120;

/** How many layers of base64 are decoded. */
const MAX_LAYERS = 3;

/** True for a text that contains a private key, plain, as base64 or hex, or in a base64 field. */
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

/** The first bytes of a private key in DER after the outer header: they show the format. */
const DER_HEADS = [
  // PKCS #8 (RFC 5958), PKCS #1 (RFC 8017), SEC 1 (RFC 5915): a version, then an algorithm, a modulus, or the key.
  ...['02010030', '02010130', '02010002', '02010104'],
  // PKCS #12 (RFC 7292).
  '02010330',
];
/** PKCS #8, encrypted by PKCS #5 or #12: the algorithm comes first. */
const DER_ENCRYPTED = /^30(?:81)?..06(?:092a864886f70d0105|0a2a864886f70d010c01)/;
/** OpenSSH's own format; the key stores of Java. */
const BINARY_HEADS = [Buffer.from('openssh-key-v1\0').toString('hex'), 'feedfeed', 'cececece'];

/** True for bytes that are a private key or a key store in binary. */
function isKeyBytes(bytes: Buffer): boolean {
  const head = bytes.subarray(0, 40).toString('hex');
  if (BINARY_HEADS.some((each) => head.startsWith(each))) return true;
  const [, size] = /^30(80|[0-7].|81..|82....|83......|84........)/.exec(head) ?? [];
  if (size === undefined) return false;
  const isWhole = size === '80' || sizeOf(size) === bytes.length - 1 - size.length / 2;
  const rest = head.slice(2 + size.length);
  return isWhole && (DER_HEADS.some((each) => rest.startsWith(each)) || DER_ENCRYPTED.test(rest));
}

/** The length of the content, from the DER header. */
function sizeOf(hex: string): number {
  return Number.parseInt(hex.length > 2 ? hex.slice(2) : hex, 16);
}
