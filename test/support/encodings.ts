import { gzipSync } from 'node:zlib';

/**
 * A secret as a log could hold it, each form in full: for searching, so nothing here comes from the code under test.
 */
export function encodingsOf(secret: string): Map<string, Buffer> {
  const bytes = Buffer.from(secret);
  const forms: Record<string, string> = {
    plain: secret,
    base64: bytes.toString('base64').replace(/=+$/, ''),
    base64url: bytes.toString('base64url'),
    'base64 with newline': Buffer.from(`${secret}\n`).toString('base64'),
    'base64 of UTF-16': Buffer.from(secret, 'utf16le').toString('base64'),
    'base64 shifted by one': Buffer.from(`x${secret}`).toString('base64').slice(4, -4),
    'base64 shifted by two': Buffer.from(`xx${secret}`).toString('base64').slice(4, -4),
    hex: bytes.toString('hex'),
    'hex upper': bytes.toString('hex').toUpperCase(),
    url: encodeURIComponent(secret),
    'url lower': encodeURIComponent(secret).replaceAll(/%../g, (code) => code.toLowerCase()),
    form: new URLSearchParams({ x: secret }).toString().slice(2),
    'url user info': userInfo(secret),
    'doubled single quotes': secret.replaceAll("'", "''"),
    'doubled double quotes': secret.replaceAll('"', '""'),
    entities: secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
    decomposed: secret.normalize('NFD'),
    json: JSON.stringify(secret).slice(1, -1),
    'json in json': JSON.stringify(JSON.stringify(secret)).slice(3, -3),
    reversed: [...secret].reverse().join(''),
    gzip: gzipSync(bytes).toString('latin1'),
  };
  const long = Object.entries(forms).filter(([, form]) => form.length >= 8);
  return new Map(long.map(([name, form]) => [name, Buffer.from(form)]));
}

/** The names of the secrets' forms that are in `bytes`, and of each line of 8 characters or more. */
export function formsIn(bytes: Buffer, secrets: readonly string[]): string[] {
  const found: string[] = [];
  for (const [index, secret] of secrets.entries()) {
    for (const [name, form] of encodingsOf(secret))
      if (bytes.includes(form)) found.push(`secret ${index}: ${name}`);
    const lines = secret.split(/[\r\n]+/).map((line) => line.trim());
    for (const line of lines.filter(({ length }) => length >= 8)) {
      if (bytes.includes(line)) found.push(`secret ${index}: a line`);
    }
  }
  return found;
}

function userInfo(secret: string): string {
  const url = new URL('https://host/');
  url.password = secret;
  return url.password;
}
