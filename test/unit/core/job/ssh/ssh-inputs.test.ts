import { describe, expect, test } from 'vitest';
import type { SeguraError } from '../../../../../src/core/errors.js';
import { keyProblems, readKnownHosts } from '../../../../../src/core/job/ssh/ssh-inputs.js';
import { parseRequests } from '../../../../../src/core/requests/parse.js';
import type { SecretRequest } from '../../../../../src/core/requests/request.js';

function parsed(text: string, credentials = ''): { requests: SecretRequest[]; problems: SeguraError[] } {
  const problems: SeguraError[] = [];
  const requests = [...parseRequests('pam', credentials, problems), ...parseRequests('key', text, problems)];
  return { requests, problems };
}

describe('a line of ssh-keys', () => {
  test('means the private key where it names no field', () => {
    const { requests, problems } = parsed('39 > KEY, path:FILE\n"key 2"/public_key > PUBLIC');
    expect(problems).toEqual([]);
    expect(requests.map(({ source }) => source)).toEqual([
      { kind: 'pam', credential: '39', field: 'private_key', isKey: true },
      { kind: 'pam', credential: 'key 2', field: 'public_key', isKey: true },
    ]);
  });

  test.each([
    ['ssh-agent:', {}],
    [
      'ssh-agent:git@git.example.com:owner/repo',
      { user: 'git', host: 'git.example.com', path: 'owner/repo' },
    ],
    [
      'ssh-agent:git@git.example.com:owner/repo.git',
      { user: 'git', host: 'git.example.com', path: 'owner/repo' },
    ],
    [
      'ssh-agent:git@git.example.com:/srv/a/b.git/',
      { user: 'git', host: 'git.example.com', path: 'srv/a/b' },
    ],
    ['ssh-agent:git@10.0.0.1:~me/x', { user: 'git', host: '10.0.0.1', path: '~me/x' }],
  ])('puts the key into the agent: %s', (place, repository) => {
    const { requests, problems } = parsed(`39 > ${place}`);
    expect(problems).toEqual([]);
    const expected = Object.keys(repository).length === 0 ? {} : { repository };
    expect(requests[0]).toMatchObject({ destinations: [], agents: [expected] });
  });

  test.each([
    ['39/public_key > ssh-agent:', 'Write 39 > ssh-agent:'],
    ['39/* > ssh-agent:', 'Write 39 > ssh-agent:'],
    ['39 > ssh-agent:github.com', 'Write 39 > ssh-agent:git@HOST:ACCOUNT/REPOSITORY'],
    ['39 > ssh-agent:git@host:a/$(id)', 'Write 39 > ssh-agent:git@HOST:ACCOUNT/REPOSITORY'],
    ["39 > ssh-agent:git@host:a'b", 'Write 39 > ssh-agent:git@HOST:ACCOUNT/REPOSITORY'],
    ['39 > ssh-agent:git@-oProxyCommand=x:a', 'Write 39 > ssh-agent:git@HOST:ACCOUNT/REPOSITORY'],
  ])('is refused: %s', (line, remedy) => {
    const { problems } = parsed(line);
    expect(problems.map(({ code, remedy: shown }) => [code, shown])).toEqual([['REQUEST_INVALID', remedy]]);
  });

  test('knows of an agent only in this input', () => {
    const problems: SeguraError[] = [];
    parseRequests('pam', '39 > ssh-agent:', problems);
    expect(problems[0]?.message).toContain('unknown kind "ssh-agent:"');
  });

  test.each([
    ['39 > KEY', '39 > PASSWORD', 'REQUEST_INVALID'],
    ['39 > ssh-agent:git@h:a/b\n40 > ssh-agent:git@h:a/b.git', '', 'NAME_COLLISION'],
    ['39 > ssh-agent:', '94 > env:SSH_AUTH_SOCK', 'NAME_COLLISION'],
  ])('cannot stand beside another: %s', (text, credentials, code) => {
    const { requests } = parsed(text, credentials);
    expect(keyProblems(requests).map((problem) => problem.code)).toEqual([code]);
  });

  test('may give one key to several repositories, also twice', () => {
    const { requests } = parsed(
      '39 > ssh-agent:, ssh-agent:git@h:a/b\n39 > ssh-agent:git@h:a/b, ssh-agent:git@h:c',
    );
    expect(keyProblems(requests)).toEqual([]);
  });
});

describe('known-hosts', () => {
  test.each([
    'git.example.com ssh-ed25519 AAAAC3Nza',
    '[git.example.com]:2222,[10.0.0.1]:2222 ecdsa-sha2-nistp256 AAAA= a comment',
    '|1|F1E1KeoE/eEWhi10WpGv4OdiO6Y=|3988QV0VE8wmZL7suNrYQLITLCg= ssh-rsa AAAA==',
    '@cert-authority *.example.com ssh-rsa AAAA',
  ])('takes %s', (line) => {
    expect(readKnownHosts(`\r\n# hosts\r\n  ${line}\r\n`)).toBe(`# hosts\n${line}\n`);
  });

  test('is nothing where no line names a host', () => {
    expect(readKnownHosts(' \n# none\n')).toBe('');
  });

  test.each(['git.example.com', 'ssh-ed25519 AAAA', 'git.example.com ssh-ed25519 not*base64'])(
    'refuses %s, with its line',
    (line) => {
      expect(() => readKnownHosts(`# one\n${line}`)).toThrow('Line 2 of "known-hosts"');
    },
  );
});
