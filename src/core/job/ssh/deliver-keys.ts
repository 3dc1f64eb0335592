import type { SshTools, SummaryRow, Write } from '../../ports.js';
import { printable } from '../../printable.js';
import { type Repository, showRepository } from '../../requests/destination.js';
import type { Credential } from '../../vault/credential.js';
import type { Inputs } from '../inputs.js';
import { addKeys } from './add-keys.js';
import { type AddedKey, checkKeys, type WantedKey, wantedKeys } from './checked-keys.js';
import { gitCommand, gitSshScript, type RepositoryKey, shellWord, sshConfig } from './git-ssh.js';
import { type DeliveryParts, KeyFolder } from './key-folder.js';
import { readKnownHosts } from './ssh-inputs.js';

/** What becomes of keys besides the values that requests name. */
export interface Delivered {
  readonly writes: readonly Write[];
  readonly rows: readonly SummaryRow[];
}

type Asked = Pick<Inputs, 'requests' | 'needs'>;

/**
 * Checks every key, then puts those into the agent that are to go there, and writes how ssh and git find them.
 *
 * The ledger knows of each change before it is made. Errors: VALUE_BROKEN, PLATFORM_UNSUPPORTED, INPUT_INVALID, FILE_REFUSED.
 */
export async function deliverKeys(
  { requests, needs }: Asked,
  parts: Omit<DeliveryParts, 'tools'>,
  credentials: ReadonlyMap<string, Credential>,
): Promise<Delivered> {
  const tools = await parts.platform.ssh?.();
  if (tools === undefined) throw new Error('This platform has no SSH.');
  const all = { ...parts, tools };
  const folder = new KeyFolder(all);
  const keys = wantedKeys(requests, credentials);
  const isForGit =
    readKnownHosts(needs.knownHosts) !== '' || keys.some((key) => repositoriesOf(key).length > 0);
  // It may be refused, like a key: before anything is changed.
  const command = isForGit ? gitCommand(tools.environment) : undefined;
  if (isForGit) folder.refuseOdd();
  const read = keys.length === 0 ? [] : await checkKeys(keys, all, folder);
  const added = keys.flatMap((key, at) => {
    const readKey = read[at];
    return readKey === undefined || key.agents.length === 0 ? [] : [{ ...key, read: readKey }];
  });
  const socket = added.length === 0 ? undefined : await addKeys(added, all, folder);
  const writes = command === undefined ? [] : await configure(command, hostsOf(needs, tools), added, folder);
  for (const key of added)
    for (const repository of repositoriesOf(key))
      parts.platform.info(`${printable(key.name)}: git uses it for ${showRepository(repository)}`);
  return {
    writes: [...(socket === undefined ? [] : [variable('SSH_AUTH_SOCK', socket)]), ...writes],
    rows: added.map(rowOf),
  };
}

function hostsOf({ knownHosts }: Asked['needs'], { environment }: SshTools): string {
  return environment.knownHosts + readKnownHosts(knownHosts);
}

function repositoriesOf({ agents }: WantedKey): Repository[] {
  return agents.flatMap(({ repository }) => repository ?? []);
}

/** Writes how git, and whoever asks for it, finds known hosts and the key of each repository. */
async function configure(
  command: string,
  hosts: string,
  keys: readonly AddedKey[],
  folder: KeyFolder,
): Promise<Write[]> {
  const writes: Write[] = [];
  let withHosts = command;
  if (hosts !== '') {
    const config = await folder.write('ssh-config', sshConfig(await folder.write('known_hosts', hosts)));
    withHosts = `${command} -F ${shellWord(config)}`;
    writes.push(variable('SEGURA_SSH_CONFIG', config));
  }
  const named: RepositoryKey[] = [];
  for (const [at, key] of keys.entries()) {
    const repositories = repositoriesOf(key);
    if (repositories.length === 0) continue;
    const path = await folder.write(`key-${at + 1}.pub`, `${key.read.kind} ${key.read.blob}\n`);
    named.push(...repositories.map((repository) => ({ repository, path })));
  }
  if (named.length === 0) return [...writes, variable('GIT_SSH_COMMAND', withHosts)];
  const script = await folder.write('git-ssh', gitSshScript(named, withHosts));
  return [...writes, variable('GIT_SSH_COMMAND', `sh ${shellWord(script)}`)];
}

function rowOf({ name }: AddedKey): SummaryRow {
  const source = `${printable(name)}/private_key`;
  return { name: printable(name), source, destination: 'SSH agent', version: '', expires: '', custody: '' };
}

/** A variable of later steps that holds no secret. */
function variable(name: string, value: string): Write {
  return { name, value, env: true, output: false, source: 'ssh-keys', unmasked: true };
}
