/** Whether an entry looks like a secret, and the reason in a few words, which never show the value. */
export interface Sign {
  readonly isSecret: boolean;
  readonly why: string;
}

/** Forms of a value that only secrets have. Sources: the documents of each service on its tokens; RFC 7468, RFC 7519. */
const FORMS: readonly (readonly [string, RegExp])[] = [
  ['a private key', /-----BEGIN (?:[A-Z0-9 ]+ )?PRIVATE KEY(?: BLOCK)?-----/],
  ['a token of GitHub', /^(?:gh[pousr]_|github_pat_)\w{16,}$/],
  ['a token of GitLab', /^gl(?:pat|dt|rt|ptt|cbt)-[\w-]{16,}$/],
  ['a token of Slack', /^xox[abeprs]-[\w-]{10,}$/],
  ['a key of Stripe', /^(?:sk|rk|whsec)_[A-Za-z0-9_]{10,}$/],
  ['an access key id of AWS', /^(?:AKIA|ASIA)[A-Z0-9]{16}$/],
  ['a key of Google', /^AIza[\w-]{30,}$/],
  ['a token of npm', /^npm_[A-Za-z0-9]{30,}$/],
  ['a JSON Web Token', /^eyJ[\w-]+\.[\w-]+\.[\w-]*$/],
  ['a URL with a password', /^[a-z][a-z0-9+.-]*:\/\/[^\s/@:]*:[^\s/@]+@/i],
  [
    'a connection string with a password',
    /(?:^|;)\s*(?:password|pwd|accountkey|sharedaccesskey)\s*=\s*[^;\s]/i,
  ],
];

const PLACEHOLDER =
  /^(?:<[^>]*>|\$\{[^}]*\}|\$[A-Z_][A-Z0-9_]*|\{\{.*\}\}|%[A-Z_]+%|x{3,}|\*{3,}|\.{3}|change[-_ ]?me|(?:your|my)[-_ ].*|todo|tbd|none|null|example)$/i;
/** Words of a name that stand for a secret, alone or together. */
const WORDS =
  /(?:^| )(?:password|passwd|pwd|pass|passphrase|secret|secrets|token|tokens|credential|credentials|apikey|pin|salt|pepper|dsn|auth key|api key|private key|access key|account key|signing key|encryption key|master key|shared key|license key|connection string)(?: |$)/;
/** Words at the end of a name that speak about a secret: its place, its length, its name. */
const ABOUT =
  / (?:url|uri|host|port|path|file|dir|folder|name|id|length|min|max|ttl|expiry|expires|expiration|timeout|seconds|minutes|days|enabled|disabled|required|type|algorithm|policy|count|limit|prefix|header|issuer|audience|endpoint|provider)$/;
/** Names of values that are long and random, and public. */
const PUBLIC =
  /(?:^| )(?:sha|sha1|sha256|commit|hash|digest|checksum|revision|version|fingerprint|public|image|uuid)(?: |$)/;

const MIN_RANDOM_LENGTH = 20;
/** Bits of entropy for each character: English text has under 4 in so many characters, and repeats its letters. */
const MIN_ENTROPY = 3.6;

/** What the name and the value of an entry say. A guess, of which a user can correct each. */
export function signOf(name: string, value: string): Sign {
  const words = wordsOf(name);
  const text = value.trim();
  if (text === '') return no('empty');
  if (PLACEHOLDER.test(text)) return no('a placeholder');
  const form = FORMS.find(([, pattern]) => pattern.test(text))?.[0];
  if (form !== undefined) return yes(form);
  if (/^(?:true|false|yes|no|on|off)$/i.test(text)) return no('true or false');
  if (WORDS.test(words) && !ABOUT.test(words)) return yes('its name suggests a secret');
  if (/^-?\d+(?:\.\d+)?$/.test(text)) return no('a number');
  if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) return no('an id (UUID)');
  if (/^(?:[a-z][a-z0-9+.-]*:\/\/|\.{0,2}\/|[A-Za-z]:\\)/i.test(text)) return no('an address or a path');
  if (PUBLIC.test(words)) return no('its name suggests a public value');
  if (isRandom(text)) return yes('long and random');
  return no('plain text');
}

function isRandom(text: string): boolean {
  if (text.length < MIN_RANDOM_LENGTH || !/^[\w+/=.~-]+$/.test(text)) return false;
  if (!/\d/.test(text) || !/[A-Za-z]/.test(text)) return false;
  if (/^[0-9a-f]{32,}$/i.test(text)) return true;
  return entropyOf(text) >= MIN_ENTROPY && !/^[a-z]+(?:[-_.][a-z0-9]+)+$/.test(text);
}

/** Bits for each character, by how often each is in the text. */
function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/** `dbPassword`, `DB_PASSWORD` and `db.password` as `db password`. */
function wordsOf(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/[^A-Za-z0-9]+/g, ' ')
    .trim()
    .toLowerCase();
}

const yes = (why: string): Sign => ({ isSecret: true, why });
const no = (why: string): Sign => ({ isSecret: false, why });
