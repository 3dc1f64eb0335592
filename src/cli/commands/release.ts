import { resolve } from 'node:path';
import { resealed } from '../../core/custody/unseal.js';
import { collect, type SeguraError, throwIfAny } from '../../core/errors.js';
import type { RawInputs } from '../../core/input-names.js';
import { readConnection, readVaultUrl } from '../../core/job/connection-inputs.js';
import { keyOf, type OwnLogin } from '../../core/job/found-state.js';
import { readerOfLogin } from '../../core/job/login/login-inputs.js';
import { release } from '../../core/job/release.js';
import { printable } from '../../core/printable.js';
import { sealKeyOf } from '../../core/vault/auth/auth-settings.js';
import { ConnectionCheck } from '../../http/connection-check.js';
import { StateFile } from '../../platform/disk/state-file.js';
import { systemClock } from '../../platform/process/clock.js';
import { type Context, openSettings } from '../context.js';
import { exitCodeOf } from '../exit-codes.js';
import { UsageError } from '../options/usage-error.js';
import { remedyOf } from '../remedy.js';
import { identityFor, keysOf, reachOf, surroundingsOf } from '../run/connect.js';
import { removeOwnFolder } from '../run/private-folder.js';

/** Stands for the client id, which a sealed state says. */
const IN_STATE = 'in the state';

/** Releases what a state file holds. Where something is left, the file holds that, and the exit code says why. */
export async function releaseState(context: Context): Promise<number> {
  const { world, terminal, arguments: given } = context;
  const path = given.options.get('state')?.at(-1);
  // A variable that was never set must not look like "nothing to release".
  if (path === undefined || path === '') {
    throw new UsageError('The command release needs a state file.', 'Write --state FILE.');
  }
  const state = StateFile.of(resolve(world.directory, path));
  const sealed = state.read();
  if (sealed === '') {
    terminal.info(`nothing to release: ${printable(path)} is empty or does not exist`);
    state.remove();
    removeOwnFolder(state.path);
    return 0;
  }
  const own = await readOwnLogin(context, (await openSettings(context)).inputs());
  const { problems, left } = await release({
    state: { sealed, own, run: terminal.run },
    releaseFailure: 'fail',
    platform: terminal,
    clock: systemClock,
    readFile: surroundingsOf(context).readFile,
    reach: reachOf(terminal),
    identity: identityFor(context),
  });
  for (const problem of problems) terminal.report(problem, remedyOf(problem, world.environment));
  const rest = left === undefined ? sealed : resealed(sealed, keyOf(own), terminal.run, left);
  if (rest === '') {
    state.remove();
    removeOwnFolder(state.path);
    return 0;
  }
  if (rest !== sealed) state.save(rest);
  terminal.warning(`${printable(path)} stays: it lists what still has to be released or removed.`);
  return exitCodeOf(problems);
}

/**
 * How this process logs in. A state that is sealed with a secret of the login says the rest; with another login the
 * settings say how the vault is reached too. Errors (together, as Problems): INPUT_MISSING, INPUT_INVALID, CA_INVALID.
 */
async function readOwnLogin(context: Context, raw: RawInputs): Promise<OwnLogin> {
  const problems: SeguraError[] = [];
  // Nothing is decrypted to release.
  const used = { ...raw, 'decryption-key': '', 'decryption-key-passphrase': '' };
  const keys = await keysOf(context.world, used, true);
  const readLogin = await readerOfLogin(raw);
  const unjudged: SeguraError[] = [];
  const url = collect(unjudged, () => readVaultUrl(raw, {}));
  const read = readLogin(raw, { clientId: IN_STATE }, problems, url);
  const auth = read.method === 'oidc' && read.clientId === IN_STATE ? { ...read, clientId: '' } : read;
  const { clientCertificate } = keys;
  if (sealKeyOf(auth) !== undefined) {
    throwIfAny([...problems, ...keys.problems]);
    for (const message of keys.warnings) context.terminal.warning(message);
    return { auth, clientCertificate };
  }
  const check = new ConnectionCheck(surroundingsOf(context), keys);
  problems.push(...unjudged, ...check.problems(readConnection(raw, { url, auth }, problems)));
  throwIfAny(problems);
  return { auth, clientCertificate, connection: check.connection() };
}
