import { dirname } from 'node:path';
import { isPrivateFolder } from '../../custody/private-folder.js';
import { SeguraError } from '../../errors.js';
import { type Repository, showRepository } from '../../requests/destination.js';
import { option, say, word } from '../../text.js';

const OURS = /^(ssh -F|sh) '([^']+)'/;
const SSH = /^(?:"[^"]*\bssh(?:\.exe)?"|'[^']*\bssh(?:\.exe)?'|\S*\bssh(?:\.exe)?)(?=\s|$)/i;

/**
 * The command by which git reaches other hosts, which options can follow: that of the job, or `ssh`.
 *
 * Errors: INPUT_INVALID for a command that is no ssh, or that has a configuration of its own.
 */
export function gitCommand({ gitSshCommand, gitSsh }: { gitSshCommand: string; gitSsh: string }): string {
  const command = gitSshCommand.trim();
  const [, how = '', path = ''] = OURS.exec(command) ?? [];
  // An earlier step of ours: its known hosts are among ours, and its choice of keys comes after ours.
  if (isPrivateFolder(dirname(path))) return how === 'sh' ? `sh ${shellWord(path)}` : 'ssh';
  const name = command === '' ? 'GIT_SSH' : 'GIT_SSH_COMMAND';
  const isUsable = command === '' ? gitSsh === '' : SSH.test(command) && !/\s-F/.test(command);
  if (isUsable) return command === '' ? 'ssh' : command;
  throw new SeguraError(
    'INPUT_INVALID',
    say`The environment variable ${name} is set, and is not a call of ssh that ${option.knownHosts} or a key of a repository can be added to.`,
    say`Unset ${name} for ${word('the step')}, or write it as ssh with options, without -F.`,
  );
}

/** What ssh is to know besides the configuration of user and system, which it leaves out for a file of its own. */
export function sshConfig(knownHostsPath: string): string {
  // A "%" would begin a token. Source: ssh_config(5).
  const path = knownHostsPath.replaceAll('%', '%%').replaceAll('\\', '/');
  return [
    'Host *',
    `  UserKnownHostsFile "${path}" ~/.ssh/known_hosts ~/.ssh/known_hosts2`,
    '  StrictHostKeyChecking yes',
    '  UpdateHostKeys no',
    'Match all',
    '  Include ~/.ssh/config /etc/ssh/ssh_config',
    '',
  ].join('\n');
}

export interface RepositoryKey {
  readonly repository: Repository;
  /** The file with the public half: it names the key in the agent. */
  readonly path: string;
}

/** What comes before the cases, each of which is `user@host:path`. */
const CHOICE = String.raw`#!/bin/sh
# Lets git use for each repository the SSH key that is meant for it.
place=
last=
for word do
  place=$last
  last=$word
done
case $last in
  *\'*) path=\${last#*\'} path=\${path%\'*} ;;
  *) path=\${last#* } path=\${path%% *} ;;
esac
path=\${path#/}
path=\${path%/}
path=\${path%.git}
case $place:$path in`.replaceAll('\\$', '$');

/**
 * A program in place of `command` that picks the key of the repository that git asks for. The last words of such a call are
 * `user@host` and `git-upload-pack 'path'`; that of git-lfs has no quotes.
 */
export function gitSshScript(keys: readonly RepositoryKey[], command: string): string {
  const cases = keys.map(
    ({ repository, path }) =>
      `  ${shellWord(showRepository(repository))}) set -- -o IdentitiesOnly=yes -i ${shellWord(path)} "$@" ;;`,
  );
  return `${CHOICE}
${cases.join('\n')}
esac
exec ${command} "$@"
`;
}

/** A text as one word of a POSIX shell. */
export function shellWord(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
