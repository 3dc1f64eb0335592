import { resolve } from 'node:path';
import { resealed } from '../../core/custody/unseal.js';
import { collect, type SeguraError, throwIfAny } from '../../core/errors.js';
import type { RawInputs } from '../../core/input-names.js';
import { keyOf, type OwnLogin } from '../../core/job/found-state.js';
import { readerOfLogin } from '../../core/job/login/login-inputs.js';
import { required } from '../../core/job/read-input.js';
import { release } from '../../core/job/release.js';
import { printable } from '../../core/printable.js';
import { sealKeyOf } from '../../core/vault/auth/auth-settings.js';
import { readUrl } from '../../core/vault/connection/url.js';
import { StateFile } from '../../platform/disk/state-file.js';
import { systemClock } from '../../platform/process/clock.js';
import { type Context, openSettings } from '../context.js';
import { exitCodeOf } from '../exit-codes.js';
import { UsageError } from '../options/usage-error.js';
import type { ProcessContext } from '../process.js';
import { remedyOf } from '../remedy.js';
import { identityFor, keysOf, reachOf, surroundingsOf } from '../run/connect.js';
import { removeOwnFolder } from '../run/private-folder.js';

/** Releases what a state file holds. Where something is left, the file holds that, and the exit code says why. */
export async function releaseState(context: Context): Promise<number> {
  const { world, terminal, arguments: given } = context;
  const path = given.options.get('state')?.at(-1);
  // A variable that was never set must not pass for nothing to release.
  if (path === undefined || path === '') {
    throw new UsageError('The command release needs to know what to release.', 'Write --state FILE.');
  }
  const state = StateFile.of(resolve(world.directory, path));
  const sealed = state.read();
  if (sealed === '') {
    terminal.info(`nothing to release: ${printable(path)} is empty or not there`);
    state.remove();
    removeOwnFolder(state.path);
    return 0;
  }
  const own = await readOwnLogin(world, (await openSettings(context)).inputs());
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
  terminal.warning(`${printable(path)} stays: it holds what is still to be released or removed.`);
  return exitCodeOf(problems);
}

/**
 * How this process logs in. A state that is sealed with a secret of the login says the rest; another must be of the vault
 * that the settings name. Errors (together, as Problems): INPUT_MISSING, INPUT_INVALID.
 */
async function readOwnLogin(world: ProcessContext, raw: RawInputs): Promise<OwnLogin> {
  const problems: SeguraError[] = [];
  const readLogin = await readerOfLogin(raw);
  const auth = readLogin(raw, { clientId: 'in the state' }, problems);
  const url =
    sealKeyOf(auth) === undefined
      ? collect(problems, () => readUrl(required('url', raw.url || raw['vault-url'])).href.replace(/\/$/, ''))
      : '';
  const { clientCertificate, problems: found } = await keysOf(world, raw);
  throwIfAny([...problems, ...found]);
  return { auth, url: url ?? '', clientCertificate };
}
