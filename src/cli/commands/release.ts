import { resolve } from 'node:path';
import { resealed } from '../../core/custody/unseal.js';
import { SeguraError } from '../../core/errors.js';
import { release } from '../../core/job/release.js';
import { printable } from '../../core/printable.js';
import { Secret } from '../../core/secret.js';
import { say, subject } from '../../core/text.js';
import { StateFile } from '../../platform/disk/state-file.js';
import { systemClock } from '../../platform/process/clock.js';
import { type Context, openSettings } from '../context.js';
import { exitCodeOf } from '../exit-codes.js';
import { UsageError } from '../options/usage-error.js';
import { remedyOf } from '../remedy.js';
import { reachOf, surroundingsOf } from '../run/connect.js';
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
  const clientSecret = new Secret((await openSettings(context)).clientSecret());
  if (clientSecret.reveal() === '') {
    throw new SeguraError(
      'INPUT_MISSING',
      say`${subject('clientSecret')} is empty.`,
      'Set SENHASEGURA_CLIENT_SECRET.',
      { about: 'clientSecret' },
    );
  }
  const { problems, left } = await release({
    state: { sealed, clientSecret, run: terminal.run },
    releaseFailure: 'fail',
    platform: terminal,
    clock: systemClock,
    readFile: surroundingsOf(context).readFile,
    reach: reachOf(terminal),
  });
  for (const problem of problems) terminal.report(problem, remedyOf(problem, world.environment));
  const rest = left === undefined ? sealed : resealed(sealed, clientSecret, terminal.run, left);
  if (rest === '') {
    state.remove();
    removeOwnFolder(state.path);
    return 0;
  }
  if (rest !== sealed) state.save(rest);
  terminal.warning(`${printable(path)} stays: it holds what is still to be released or removed.`);
  return exitCodeOf(problems);
}
