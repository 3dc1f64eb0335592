import { pathArgument } from '../../core/changes/argument.js';
import type { ReleaseFailure } from '../../core/custody/ledger-data.js';
import { problemsOf } from '../../core/errors.js';
import { keyOf, type OwnLogin } from '../../core/job/found-state.js';
import { type Inputs, readInputs } from '../../core/job/inputs.js';
import { checkPlatform } from '../../core/job/preflight.js';
import type { EnvironmentInputs } from '../../core/job/read-input.js';
import type { RunParts } from '../../core/job/run-parts.js';
import type { Write } from '../../core/ports.js';
import { printable } from '../../core/printable.js';
import { isVariableName, type NameRule } from '../../core/requests/variable-names.js';
import { sealKeyOf } from '../../core/vault/auth/auth-settings.js';
import type { IdentitySource } from '../../core/vault/auth/identity-source.js';
import type { Connection } from '../../core/vault/connection/connection.js';
import { ConnectionCheck } from '../../http/connection-check.js';
import type { Keys } from '../../http/keys.js';
import type { StateFile } from '../../platform/disk/state-file.js';
import { systemClock } from '../../platform/process/clock.js';
import { type CheckWrites, TerminalRun } from '../../platform/terminal/terminal-run.js';
import { remedyOf } from '../remedy.js';
import { identityFor, reachOf, surroundingsOf } from './connect.js';
import { filesUsedTwice, type OutputFile } from './files/one-file-twice.js';
import { openState } from './open-state.js';
import { removeOwnFolder } from './private-folder.js';
import { asVariables, checkOutputs } from './refuse-outputs.js';
import { runPartsOf } from './run-parts-of.js';
import type { SecretsRunParts } from './secrets-run-parts.js';
import { stateMissing } from './state-needed.js';
import { WaitLine } from './wait-line.js';

/** Fetches for one command and releases after it: main and post in one process. */
export class SecretsRun {
  readonly #parts: SecretsRunParts;
  #own: OwnLogin | undefined;
  #state: StateFile | undefined;
  #run: TerminalRun | undefined;
  readonly #wait: WaitLine;
  readonly #connection: ConnectionCheck;
  readonly #identity: IdentitySource;
  #releaseFailure: ReleaseFailure = 'warn';

  constructor(parts: SecretsRunParts) {
    this.#parts = parts;
    this.#wait = new WaitLine(parts.terminal);
    this.#connection = new ConnectionCheck(surroundingsOf(parts), parts.keys);
    this.#identity = identityFor(parts);
  }

  /**
   * The inputs, checked as far as that goes without the network. `needsStateFile`: what is taken outlives this process.
   * `isName`: which names the reader of the values takes. `output`: what the command writes beside its state.
   *
   * Errors (together, as Problems): those of readInputs, INPUT_MISSING without a state file that is needed, FILE_REFUSED for one
   * file that would be written and used for something else.
   */
  readInputs(
    needsStateFile: boolean,
    fallbacks: EnvironmentInputs = {},
    isName: NameRule = isVariableName,
    output?: OutputFile,
  ): Inputs {
    const { settings, terminal, world } = this.#parts;
    const inputs = readInputs(
      settings.inputs(),
      fallbacks,
      (unchecked) => {
        const { requests, needs } = unchecked;
        const problems = [...checkPlatform(terminal, unchecked), ...checkOutputs(requests)];
        problems.push(...filesUsedTwice({ world, settings, requests, needs, output }));
        if (needsStateFile && settings.option('state') === '') problems.push(...stateMissing(unchecked));
        problems.push(...this.#connection.problems(unchecked.connection));
        problems.push(...this.#parts.checks.flatMap((check) => check(unchecked)));
        return problems;
      },
      isName,
      this.#parts.readers,
    );
    return { ...inputs, requests: inputs.requests.map(asVariables) };
  }

  get keys(): Keys {
    return this.#parts.keys;
  }

  /** The variables from which the identity token of the login is read, or what asks for it. */
  async tokenVariables({ login: { auth } }: Inputs): Promise<readonly string[]> {
    return auth.method === 'oidc' ? this.#identity.holders(auth.identity) : [];
  }

  /** How the vault is reached, as the inputs that were read last say. */
  connection(): Connection {
    return this.#connection.connection();
  }

  /** Fetches everything, and gives the values. What a failure leaves is released here. */
  async fetch(inputs: Inputs, checkWrites: CheckWrites): Promise<readonly Write[]> {
    const { terminal, stop, isTerse } = this.#parts;
    const connection = this.connection();
    const { auth } = inputs.login;
    const { clientCertificate } = this.#parts.keys;
    const isSealed = sealKeyOf(auth) !== undefined;
    this.#own = { auth, clientCertificate, connection: isSealed ? undefined : connection };
    this.#releaseFailure = inputs.custody.releaseFailure;
    // Evaluated only here, since `check` uses this class without fetching.
    const { run } = await import(/* webpackMode: "eager" */ '../../core/job/fetch.js');
    this.#state = await openState(this.#parts, inputs.needs);
    const platform = new TerminalRun({ terminal, store: this.#state, checkWrites, isTerse });
    this.#run = platform;
    const { credentials, leases } = inputs.needs;
    const reportStopping = (): void => {
      if (platform.sealed !== '') this.#wait.stopping([...credentials.keys()], leases);
    };
    stop.addEventListener('abort', reportStopping);
    try {
      await run(this.#partsOf(inputs, platform));
    } catch (error) {
      await this.releaseCustody();
      throw error;
    } finally {
      stop.removeEventListener('abort', reportStopping);
      this.#wait.end();
    }
    if (platform.sealed === '') this.#closeState('');
    return platform.writes;
  }

  /** Saves the values that are wanted in the vault, where fetch left that to its caller. Errors: those of Saver. */
  async saveValues(inputs: Inputs): Promise<void> {
    if (inputs.saver === undefined || this.#run === undefined) return;
    const { saveLater } = await import(/* webpackMode: "eager" */ '../../core/job/save/save-later.js');
    await saveLater(this.#partsOf(inputs, this.#run));
  }

  #partsOf(inputs: Inputs, platform: TerminalRun): RunParts {
    return runPartsOf(this.#parts, this.connection(), this.#identity, inputs, platform);
  }

  /** Releases everything that was taken, and reports it on the terminal; true if nothing is left. */
  async releaseCustody(): Promise<boolean> {
    const { terminal, world } = this.#parts;
    const sealed = this.#run?.sealed ?? '';
    if (sealed === '') this.#closeState('');
    if (sealed === '') return true;
    const { release } = await import(/* webpackMode: "eager" */ '../../core/job/release.js');
    const { resealed } = await import(/* webpackMode: "eager" */ '../../core/custody/unseal.js');
    this.#wait.releasing();
    const { problems, left } = await release({
      state: { sealed, own: this.#own, run: terminal.run },
      releaseFailure: this.#releaseFailure,
      platform: terminal,
      clock: systemClock,
      readFile: surroundingsOf(this.#parts).readFile,
      reach: reachOf(terminal),
      identity: this.#identity,
    })
      .catch((error: unknown) => ({ problems: problemsOf(error), left: undefined }))
      .finally(() => this.#wait.end());
    for (const problem of problems) terminal.report(problem, remedyOf(problem, world.environment));
    const rest = left === undefined ? sealed : resealed(sealed, keyOf(this.#own), terminal.run, left);
    this.#closeState(rest);
    return rest === '';
  }

  /** Leaves what was taken to who knows its name: a state file that no one asked for goes. */
  leaveCustody(): void {
    if (this.#parts.settings.option('state') === '') this.#closeState('');
  }

  get isReleaseFailureFatal(): boolean {
    return this.#releaseFailure === 'fail';
  }

  /** Housekeeping: a failure here is only reported. */
  #closeState(left: string): void {
    const { terminal } = this.#parts;
    if (this.#state === undefined) return;
    const path = printable(this.#state.path);
    try {
      if (left === '') {
        this.#state.remove();
        removeOwnFolder(this.#state.path);
        this.#state = undefined;
      } else {
        this.#state.save(left);
        terminal.warning(
          `Something is left to release. Run: segura-secrets release --state ${pathArgument(this.#state.path)}`,
        );
      }
    } catch (error) {
      for (const problem of problemsOf(error)) terminal.warning(problem.messageText);
      if (left !== '')
        terminal.warning(
          `Something is left to release, but ${path} could not be saved. Release it in the vault by hand.`,
        );
    }
  }
}
