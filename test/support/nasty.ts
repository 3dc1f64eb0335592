import { sampleData, startVault, type Vault, type VaultData } from '../vault/index.js';

/** Values that a careless writer cuts, changes, or lets become something else. */
export const NASTY = {
  NEWLINES: 'first line\nsecond line\n\nlast line\n',
  CRLF: 'first\r\nsecond\r\n',
  PERCENT: 'a%0Ab%25c%0D%3A::d',
  DELIMITER: 'x\nghadelimiter_00000000-0000-0000-0000-000000000000\nLD_PRELOAD=/tmp/evil.so\n',
  COMMAND:
    'x\n::set-output name=evil::1\n::add-mask::y\n##vso[task.setvariable variable=evil]1\n::error::boo',
  INJECTION: 'x\nLD_PRELOAD=/tmp/e\nEVIL<<EOF\n1\nEOF',
  UNICODE: 'пароль-密码-🔑-é-\u00a0-\u200b-\ufeff',
  QUOTES: `'"\`$(id)\${HOME}\\\\n;&|<>*?[]{}#!~`,
  SPACES: '  leading and trailing \t',
  LARGE: Array.from({ length: 1_600 }, (_, index) => `${index}-${'0123456789abcdef'.repeat(4)}`)
    .join('')
    .slice(0, 100 * 1024),
  DASH: '-n --help',
  EQUALS: 'a=b=c==',
} as const;

/** So many values of 100 kB, each another. */
export function largeValues(count: number): Record<string, string> {
  const names = Array.from({ length: count }, (_, index) => `K${index}`);
  return Object.fromEntries(names.map((name) => [name, name.padEnd(100_000, 'abcdef0123456789-')]));
}

/** The sample, whose secret `postgres` has these fields. */
export function dataWith(values: Readonly<Record<string, string | null>>): VaultData {
  const data = sampleData();
  const secret = data.secrets.find(({ identity }) => identity === 'postgres');
  if (secret === undefined) throw new Error('the sample has no secret postgres');
  secret.data = [{ ...values }];
  return data;
}

/** A vault whose secret `postgres` has these fields. */
export function vaultWith(values: Readonly<Record<string, string | null>>): Promise<Vault> {
  return startVault({ dialect: 'api', data: dataWith(values) });
}
