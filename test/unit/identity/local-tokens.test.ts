import { beforeEach, describe, expect, test } from 'vitest';
import type { SeguraError } from '../../../src/core/errors.js';
import { Secret } from '../../../src/core/secret.js';
import { OddReply } from '../../../src/core/transport.js';
import { bitbucket } from '../../../src/identity/ci/bitbucket.js';
import { buildkite } from '../../../src/identity/ci/buildkite.js';
import { circleci } from '../../../src/identity/ci/circleci.js';
import { gitlab } from '../../../src/identity/ci/gitlab.js';
import { env, given } from '../../../src/identity/env.js';
import { file } from '../../../src/identity/file.js';
import type { Audience, IdentityProvider } from '../../../src/identity/provider.js';
import { problemsIn, problemsOfPromise } from '../fakes.js';
import { CHOSEN, DEFAULT, VAULT, World } from './world.js';

let world: World;
beforeEach(() => {
  world = new World();
});

const fetched = async (provider: IdentityProvider, audience: Audience = DEFAULT): Promise<string> =>
  (await provider.fetchToken(audience, world.context)).token.reveal();

async function problemOf(provider: IdentityProvider, audience: Audience = DEFAULT): Promise<SeguraError> {
  const [problem] = await problemsOfPromise(provider.fetchToken(audience, world.context));
  if (problem === undefined) throw new Error('nothing was wrong');
  return problem;
}

function put(where: 'environment' | 'files', name: string, text: string): void {
  world[where][name] = text;
}

/** Each provider that finds its token here, with a way to put one there. */
const LOCAL: readonly [string, IdentityProvider, (text: string) => void][] = [
  ['gitlab', gitlab(''), (text) => put('environment', 'SEGURA_ID_TOKEN', text)],
  ['circleci', circleci, (text) => put('environment', 'CIRCLE_OIDC_TOKEN_V2', text)],
  ['bitbucket', bitbucket, (text) => put('environment', 'BITBUCKET_STEP_OIDC_TOKEN', text)],
  ['env', env('MY_TOKEN'), (text) => put('environment', 'MY_TOKEN', text)],
  ['file', file('/run/token'), (text) => put('files', '/run/token', text)],
];

describe.each(LOCAL)('%s', (name, provider, give) => {
  test('hides the token and its three parts', async () => {
    const text = world.token();
    give(text);
    expect(await fetched(provider)).toBe(text);
    expect(world.hidden).toEqual([text, ...text.split('.')]);
  });

  test.each(['\n', '\r\n'])('drops the line break %j at the end', async (end) => {
    const text = world.token();
    give(`${text}${end}`);
    expect(await fetched(provider)).toBe(text);
    expect(world.hidden[0]).toBe(text);
  });

  test('hands over an expired token where custody depends on it, with both times', async () => {
    const text = world.token({ exp: 1_699_999_000 });
    give(text);
    const { token } = await provider.fetchToken(DEFAULT, { ...world.context, isForRelease: true });
    expect(token.reveal()).toBe(text);
    expect(world.lines.join()).toMatch(
      /expired at 2023-11-14 21:56:40 UTC; the clock of this machine says 2023-11-14 22:13:20 UTC/,
    );
  });

  test('hands over a token for another audience where custody depends on it, with a warning', async () => {
    const text = world.token({ aud: ['sts.example.com'] });
    give(text);
    // With a chosen one, a program of CircleCI issues a token.
    if (name === 'circleci') return;
    const { token } = await provider.fetchToken(CHOSEN, { ...world.context, isForRelease: true });
    expect(token.reveal()).toBe(text);
    expect(world.lines.join()).toMatch(/audience "sts\.example\.com".* It is still sent, to release custody/);
  });

  test('reports an expired token with both times, before anything is sent', async () => {
    give(world.token({ exp: 1_699_999_000 }));
    const problem = await problemOf(provider);
    expect(problem.code).toBe('IDENTITY_UNAVAILABLE');
    expect(problem.message).toMatch(
      /expired at 2023-11-14 21:56:40 UTC; the clock of this machine says 2023-11-14 22:13:20 UTC/,
    );
    expect(problem.remedy).not.toBe('');
  });

  test('without a chosen audience, leaves the check to the vault and logs the audience of the token', async () => {
    const text = world.token({ aud: ['sts.example.com', 'other'] });
    give(text);
    expect(await fetched(provider)).toBe(text);
    expect(world.lines.join('\n')).toContain(
      `for the audience "sts.example.com" and "other", not for "${VAULT}". It is sent anyway`,
    );
  });

  test('takes a token that has the audience among others', async () => {
    give(world.token({ aud: ['other', VAULT] }));
    await fetched(provider, name === 'circleci' ? DEFAULT : CHOSEN);
    expect(world.lines.join('\n')).not.toContain('not for');
  });

  test(`${name === 'file' ? 'sends no text that is no JWT, such as a key' : 'uses a token that is no JWT, and says that it was not checked'}`, async () => {
    give('opaque-token.with.dots+/=');
    if (name === 'file') {
      const problem = await problemOf(provider);
      expect(problem.message).toContain('holds text that is not a JWT: it is not sent');
      expect(world.hidden).toEqual(['opaque-token.with.dots+/=']);
      return;
    }
    expect(await fetched(provider)).toBe('opaque-token.with.dots+/=');
    expect(world.hidden).toEqual(['opaque-token.with.dots+/=']);
    expect(world.lines.join('\n')).toContain('not a JWT');
  });

  test.each(['a token', 'tôken', 'a\nb', 'x'.repeat(17 * 1_024)])(
    'rejects what is not a token (%#), without showing it',
    async (text) => {
      give(text);
      const problem = await problemOf(provider);
      expect(problem.code).toBe('IDENTITY_UNAVAILABLE');
      expect(`${problem.message}${problem.remedy}`).not.toMatch(/a token|tôken|a\nb|xxx/);
    },
  );

  test('warns of a token that is not valid yet', async () => {
    give(world.token({ nbf: world.nowSeconds + 3_600 }));
    await fetched(provider);
    expect(world.lines.join('\n')).toContain('is not valid before 2023-11-14 23:13:20 UTC');
  });
});

describe('a chosen audience that the token does not have', () => {
  test.each(LOCAL.filter(([name]) => name !== 'circleci'))(
    'is an error of %s with both',
    async (_, provider, give) => {
      give(world.token({ aud: 'https://other.example.com' }));
      const problem = await problemOf(provider, CHOSEN);
      expect(problem.code).toBe('IDENTITY_UNAVAILABLE');
      expect(problem.message).toContain(`the audience "https://other.example.com", not for "${VAULT}"`);
      expect(problem.remedy).toContain('"oidc-audience"');
    },
  );

  test('is an error for a token without any', async () => {
    world.environment['SEGURA_ID_TOKEN'] = world.token({ aud: undefined });
    expect((await problemOf(gitlab(''), CHOSEN)).message).toContain(`for no audience, not for "${VAULT}"`);
  });
});

describe('a missing token', () => {
  test('of GitLab has the lines to add, with the audience', async () => {
    const problem = await problemOf(gitlab(''));
    expect(problem.message).toContain('variables SEGURA_ID_TOKEN and ID_TOKEN and VAULT_ID_TOKEN');
    expect(problem.remedy).toBe(`Add to the job: id_tokens: { SEGURA_ID_TOKEN: { aud: "${VAULT}" } }`);
    expect((await problemOf(gitlab('MINE'))).remedy).toContain('id_tokens: { MINE: ');
  });

  test('of Bitbucket has the setting of the step', async () => {
    expect((await problemOf(bitbucket)).remedy).toContain('oidc: true');
    expect((await problemOf(bitbucket, CHOSEN)).remedy).toContain(`oidc: { audiences: ["${VAULT}"] }`);
  });

  test('of CircleCI names forks', async () => {
    expect((await problemOf(circleci)).remedy).toContain('fork');
  });
});

describe('which variable', () => {
  test('GitLab: the one that was named, else the first of the usual ones', async () => {
    const [one, two, three] = ['1', '2', '3'].map((sub) => world.token({ sub }));
    world.environment = { ID_TOKEN: one ?? '', SEGURA_ID_TOKEN: two ?? '', MINE: three ?? '' };
    expect(await fetched(gitlab(''))).toBe(two);
    expect(await fetched(gitlab('MINE'))).toBe(three);
    world.environment = { ID_TOKEN: one ?? '', SEGURA_ID_TOKEN: ' ' };
    expect(await fetched(gitlab(''))).toBe(one);
  });

  test('CircleCI: the second version first', async () => {
    const [one = '', two = ''] = ['1', '2'].map((sub) => world.token({ sub }));
    world.environment = { CIRCLE_OIDC_TOKEN: one };
    expect(await fetched(circleci)).toBe(one);
    world.environment['CIRCLE_OIDC_TOKEN_V2'] = two;
    expect(await fetched(circleci)).toBe(two);
  });

  test('env: an invalid variable name is rejected without being shown', () => {
    const [problem] = problemsIn(() => env(world.token()));
    expect(problem?.code).toBe('INPUT_INVALID');
    expect(problem?.remedy).toBe(
      'Write oidc-token: SEGURA_ID_TOKEN, the name of the variable that holds the token.',
    );
    expect(`${problem?.message}${problem?.remedy}`).not.toContain('eyJ');
  });

  test('given: the text itself, with white space around it dropped', async () => {
    const text = world.token();
    expect(await fetched(given(new Secret(` ${text}\n`)))).toBe(text);
  });
});

describe('a file', () => {
  test('is read at each use: what renews it may have replaced it', async () => {
    const [one = '', two = ''] = ['1', '2'].map((sub) => world.token({ sub }));
    world.files['/run/token'] = one;
    const provider = file('/run/token');
    expect(await fetched(provider)).toBe(one);
    world.files['/run/token'] = two;
    expect(await fetched(provider)).toBe(two);
  });

  test.each(['AWS_WEB_IDENTITY_TOKEN_FILE', 'AZURE_FEDERATED_TOKEN_FILE'])(
    'is the one that %s names if no path is set',
    async (name) => {
      world.environment = { [name]: '/var/run/token' };
      world.files['/var/run/token'] = `\ufeff${world.token()}\r\n`;
      expect(await fetched(file(''))).toBe(world.token());
      world.files = {};
      expect((await problemOf(file(''))).message).toBe(
        `The file that ${name} names cannot be read (ENOENT).`,
      );
    },
  );

  test('that nothing names is a missing setting', async () => {
    expect((await problemOf(file(''))).code).toBe('INPUT_MISSING');
  });

  test('that is missing, empty or too large has its own words, and a token set as a path is not shown', async () => {
    const missing = await problemOf(file(world.token()));
    expect(missing.message).toBe('The file that "oidc-token" names cannot be read (ENOENT).');
    world.files = { empty: '\r\n', large: 'x'.repeat(65 * 1_024) };
    expect((await problemOf(file('empty'))).message).toContain('is empty');
    expect((await problemOf(file('large'))).message).toContain('more than 64 KB');
  });
});

describe('a program that issues tokens', () => {
  const issuing = (stdout: string, status: number | null = 0): string[][] => {
    const runs: string[][] = [];
    world.run = async (program, args) => {
      runs.push([program, ...args]);
      return { status: status ?? undefined, stdout };
    };
    return runs;
  };

  test('of CircleCI is run for a chosen audience only', async () => {
    const text = world.token();
    const runs = issuing(`${text}\n`);
    world.environment['CIRCLE_OIDC_TOKEN_V2'] = world.token({ sub: 'of the job' });
    expect(await fetched(circleci, CHOSEN)).toBe(text);
    expect(await fetched(circleci)).not.toBe(text);
    expect(runs).toEqual([['circleci', 'run', 'oidc', 'get', '--claims', `{"aud":"${VAULT}"}`]]);
    expect(world.hidden[0]).toBe(text);
  });

  test('of Buildkite is run with the audience', async () => {
    const text = world.token();
    const runs = issuing(`${text}\n`);
    expect(await fetched(buildkite)).toBe(text);
    expect(runs).toEqual([['buildkite-agent', 'oidc', 'request-token', '--audience', VAULT]]);
  });

  test('that is missing, fails or prints something else is an error without what it printed', async () => {
    const texts = [];
    texts.push((await problemOf(buildkite)).message);
    issuing('hunter2', 1);
    texts.push((await problemOf(buildkite)).message);
    issuing('hunter2', null);
    texts.push((await problemOf(circleci, CHOSEN)).message);
    issuing('hunter2: hunter2');
    texts.push((await problemOf(buildkite)).message);
    expect(texts).toEqual([
      '"buildkite-agent oidc request-token" could not be run (ENOENT).',
      '"buildkite-agent oidc request-token" failed (exit code 1).',
      '"circleci run oidc get" failed (by a signal).',
      '"buildkite-agent oidc request-token" issued text that has characters that no identity token has.',
    ]);
  });

  test.each(['EAGAIN', 'EMFILE', 'ENFILE', 'ENOMEM'])(
    'that cannot be started for want of something (%s) is run again to release custody',
    async (code) => {
      world.run = () => Promise.reject(Object.assign(new Error('spawn'), { code }));
      const { message, cause } = await problemOf(buildkite);
      expect(message).toBe(`"buildkite-agent oidc request-token" could not be run (${code}).`);
      expect(cause).toBeInstanceOf(OddReply);
    },
  );

  test('that hangs ends with the timeout, and with the cancellation of the job', async () => {
    world.run = (_program, _args, signal) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      });
    world.timeoutMs = 20;
    expect((await problemOf(buildkite)).message).toContain('took too long');
    world.timeoutMs = 5_000;
    const promise = problemOf(buildkite);
    setTimeout(() => world.stop.abort(), 10);
    expect((await promise).code).toBe('CANCELLED');
  });
});
