import type { Log } from '../core/ports.js';
import type { Secret } from '../core/secret.js';
import { type IdentitySource, lateIdentity } from '../core/vault/auth/identity-source.js';
import type { LoadUndici } from '../http/transport.js';
import { systemClock } from '../platform/process/clock.js';

/** What differs between the entries. */
export interface IdentityParts {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly readFile: (path: string) => string;
  readonly log: Log;
  readonly loadUndici: LoadUndici;
  readonly jobSecret?: Secret | undefined;
  readonly fork?: () => string | undefined;
}

/** Identity tokens of this process; what asks for them is loaded when a job logs in with one. */
export function identityOf({
  environment,
  readFile,
  log,
  loadUndici,
  jobSecret,
  fork,
}: IdentityParts): IdentitySource {
  return lateIdentity(async () => {
    const [{ identitySource }, { elsewhereOf, sendTo }, { runProgram }] = await Promise.all([
      import(/* webpackMode: "eager" */ '../identity/source.js'),
      import(/* webpackMode: "eager" */ '../http/send-to.js'),
      import(/* webpackMode: "eager" */ '../platform/process/run-program.js'),
    ]);
    return identitySource({
      environment,
      sendBeside: (connection, onVouched) =>
        sendTo(elsewhereOf(connection, environment), loadUndici, onVouched),
      run: runProgram,
      readFile,
      clock: systemClock,
      log,
      fork,
    });
  }, jobSecret);
}
