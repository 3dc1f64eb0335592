import { describe, expect, test } from 'vitest';
import { type Binding, bind } from '../../../../src/core/bindings/bind.js';
import type { SeguraError } from '../../../../src/core/errors.js';
import { NameList } from '../../../../src/core/requests/name-list.js';
import { parseRequests } from '../../../../src/core/requests/parse.js';
import { isOutputName } from '../../../../src/core/requests/variable-names.js';
import { Secret } from '../../../../src/core/secret.js';
import type { Credential } from '../../../../src/core/vault/credential.js';
import type { DsmSecret } from '../../../../src/core/vault/dsm.js';
import { codesOf } from '../../fakes.js';

const mapOf = (fields: Record<string, string>) =>
  new Map(Object.entries(fields).map(([label, text]) => [label, new Secret(text)]));

const secret = (identity: string, fields: Record<string, string>): DsmSecret => ({
  identity,
  version: undefined,
  expires: undefined,
  maps: [mapOf(fields)],
});

interface Given {
  readonly secrets?: string;
  readonly credentials?: string;
  readonly vault?: readonly DsmSecret[];
  readonly pam?: ReadonlyMap<string, Credential>;
  readonly exportEnv?: boolean;
}

function bound({ secrets = '', credentials = '', vault = [], pam = new Map(), exportEnv = false }: Given) {
  const problems: SeguraError[] = [];
  const requests = [
    ...parseRequests('dsm', secrets, problems),
    ...parseRequests('pam', credentials, problems),
  ];
  const inputs = { requests, exportEnv, masking: { opaque: new NameList('opaque') } };
  const bindings = bind(inputs, { secrets: vault, credentials: pam }, problems);
  return { problems, bindings };
}

const shown = (bindings: Binding[]): string[] =>
  bindings.map(({ target, found }) =>
    target.kind === 'file'
      ? `file:${target.name}=${found.value.reveal()}`
      : `${target.output ? 'o' : ''}${target.env ? 'e' : ''}:${target.name}=${found.value.reveal()}`,
  );

describe('where a value goes', () => {
  const vault = [secret('db', { PASSWORD: 'p', 'my-key': 'k' })];

  test.each<[string, boolean, string[]]>([
    ['db/PASSWORD > X', false, ['o:X=p']],
    ['db/PASSWORD > X', true, ['oe:X=p']],
    ['db/PASSWORD > env:X', false, ['e:X=p']],
    ['db/PASSWORD > output:X', true, ['o:X=p']],
    ['db/PASSWORD > env:X, output:X', false, ['e:X=p', 'o:X=p']],
    ['db/PASSWORD > file:/tmp/x, X', false, ['file:/tmp/x=p', 'o:X=p']],
    ['db/PASSWORD', false, ['o:PASSWORD=p']],
    ['db', false, ['o:PASSWORD=p', 'o:my_key=k']],
    ['*', true, ['oe:PASSWORD=p', 'oe:my_key=k']],
    ['db/* > DB_*', false, ['o:DB_PASSWORD=p', 'o:DB_my_key=k']],
    ['db/PASSWORD > X\ndb/* > *', false, ['o:X=p', 'o:PASSWORD=p', 'o:my_key=k']],
    ['*\ndb/PASSWORD', false, ['o:PASSWORD=p', 'o:my_key=k']],
  ])('%j with export-env %s', (secrets, exportEnv, expected) => {
    const { bindings, problems } = bound({ secrets, vault, exportEnv });
    expect(problems).toEqual([]);
    expect(shown(bindings)).toEqual(expected);
  });

  test('an output prefix keeps its hyphen', () => {
    const { bindings } = bound({ secrets: 'db/* > output:my-*', vault });
    expect(shown(bindings)).toEqual(['o:my-PASSWORD=p', 'o:my-my_key=k']);
  });
});

describe('names that only the vault knows', () => {
  test('that collide in two secrets are rejected with both ends', () => {
    const vault = [secret('a', { PW: '1' }), secret('b', { pw: '2' })];
    const { problems } = bound({ secrets: '*', vault });
    expect(codesOf(problems)).toEqual(['NAME_COLLISION']);
    expect(problems[0]?.message).toMatch(/a\/PW.*b\/pw/);
  });

  test('that collide only after their illegal characters are replaced are rejected', () => {
    expect(
      codesOf(bound({ secrets: '*', vault: [secret('a', { 'x-y': '1', 'x.y': '2' })] }).problems),
    ).toEqual(['NAME_COLLISION']);
  });

  test.each(['x'.repeat(300), 'x\u0001', 'x\u200b'])(
    'that collide between two long or strange identities are rejected',
    (start) => {
      const [one, two] =
        start.length > 100 ? [`${start}1`, `${start}2`] : [start, `${start.slice(0, -1)}\u0002`];
      const vault = [secret(one, { PW: 'first' }), secret(two, { PW: 'second' })];
      expect(codesOf(bound({ secrets: '*', vault }).problems)).toEqual(['NAME_COLLISION']);
    },
  );

  test.each(['NODE_OPTIONS', 'ld_preload', 'git-ssh-command', 'GITHUB_ENV'])(
    '%s is rejected for an environment',
    (label) => {
      const vault = [secret('a', { [label]: 'v' })];
      expect(codesOf(bound({ secrets: '*', vault, exportEnv: true }).problems)).toEqual(['NAME_RESERVED']);
      expect(codesOf(bound({ secrets: 'a/* > env:*', vault }).problems)).toEqual(['NAME_RESERVED']);
      expect(codesOf(bound({ secrets: '*', vault }).problems)).toEqual([]);
    },
  );

  test.each([
    'GIT_SSL_NO_VERIFY',
    'pip-index-url',
    'LUA_INIT',
    'PYTHONBREAKPOINT',
    'OPENSSL_MODULES',
    'CARGO_BUILD_RUSTC_WRAPPER',
    'NODE_DEBUG',
    'CURL_HOME',
  ])('%s is rejected for an environment if the vault chooses it, with a prefix to write', (label) => {
    const vault = [secret('a', { [label]: 'v', PASSWORD: 'p' })];
    for (const line of ['* > env:*', 'a/* > env:*', 'a/* > path:*']) {
      const { problems } = bound({ secrets: line, vault, exportEnv: true });
      expect(codesOf(problems)).toEqual(['NAME_RESERVED']);
      const fixed = / prefix: (.*?)(?:, or |$)/.exec(problems[0]?.remedy ?? '')?.[1] ?? '';
      const again = bound({ secrets: fixed, vault, exportEnv: true });
      expect([again.problems, again.bindings.length], fixed).toEqual([[], 2]);
    }
    expect(bound({ secrets: '* > output:*', vault, exportEnv: true }).problems).toEqual([]);
    expect(bound({ secrets: `a/"${label}" > env:${label.replaceAll('-', '_')}`, vault }).problems).toEqual(
      [],
    );
  });

  test('a label that is empty makes no nameless output', () => {
    const { bindings, problems } = bound({ secrets: '*', vault: [secret('a', { '': 'v' })] });
    const names = bindings.flatMap(({ target }) => (target.kind === 'name' ? [target.name] : []));
    expect(problems.length > 0 || names.every(isOutputName)).toBe(true);
  });
});

describe('DSM and PAM together', () => {
  const pam = new Map([
    ['94', { id: '94', fields: mapOf({ password: 'pam', username: 'root' }), expires: undefined }],
  ]);

  test('a credential that could not be read is not reported twice', () => {
    expect(bound({ credentials: '94 > X' })).toEqual({ problems: [], bindings: [] });
  });

  test('all problems of all lines are reported at once', () => {
    const { problems } = bound({ secrets: 'a/x > A\nb/x > B', credentials: '94/nope > C', pam });
    expect(codesOf(problems)).toEqual(['SECRET_NOT_FOUND', 'SECRET_NOT_FOUND', 'FIELD_NOT_FOUND']);
  });

  test('a secret named like a credential does not overwrite it', () => {
    const { problems } = bound({
      secrets: '94/password > X',
      credentials: '94 > X',
      vault: [secret('94', { password: 'dsm' })],
      pam,
    });
    expect(codesOf(problems)).toEqual(['NAME_COLLISION']);
  });

  test('each binding says whether it has custody', () => {
    const { bindings } = bound({ credentials: '94/* > P_*', pam });
    expect(bindings.map(({ custody }) => custody)).toEqual([true, true]);
  });
});
