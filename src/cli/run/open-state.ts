import { join, resolve } from 'node:path';
import { pathArgument } from '../../core/changes/argument.js';
import type { Needs } from '../../core/requests/claim.js';
import type { StateFile } from '../../platform/disk/state-file.js';
import { makeOwnFolder, removeOwnFolder } from './private-folder.js';
import type { SecretsRunParts } from './secrets-run-parts.js';

/** The file that lists what to release; undefined if there will be nothing. Errors: FILE_REFUSED. */
export async function openState(
  { settings, terminal, world }: Pick<SecretsRunParts, 'settings' | 'terminal' | 'world'>,
  { credentials, leases, writesFiles, changesFiles }: Needs,
): Promise<StateFile | undefined> {
  const given = settings.option('state');
  const holds = credentials.size + leases.length > 0;
  const leaves = holds || writesFiles || changesFiles;
  if (given === '' && !leaves) return undefined;
  const path = given === '' ? join(makeOwnFolder(world.temp), 'state') : resolve(world.directory, given);
  const { StateFile } = await import(/* webpackMode: "eager" */ '../../platform/disk/state-file.js');
  let state: StateFile;
  try {
    state = StateFile.create(path);
  } catch (error) {
    if (given === '') removeOwnFolder(path);
    throw error;
  }
  if (given !== '') return state;
  const line = `if this process is killed, run: segura-secrets release --state ${pathArgument(path)}`;
  // Custody outlives a killed process, and nothing else tells the user where the state file is.
  if (holds) terminal.notice(line);
  else terminal.info(line);
  return state;
}
