import * as tl from 'azure-pipelines-task-lib/task.js';
import type { SeguraError } from '../../core/errors.js';
import type { FileStore, Platform, UseStore, Write } from '../../core/ports.js';
import { render, type Text } from '../../core/text.js';
import { checkSizes } from '../process/size-limits.js';
import { type Azure, localize } from './azure.js';
import { type AzureOptions, inputHeldBy } from './inputs.js';
import { checkNames } from './reserved-names.js';
import { isHoldable } from './secret-variable.js';
import {
  type AzureVariable,
  base64Of,
  checkValues,
  linesOf,
  namesInEnvironment,
  settingOf,
  wantedOf,
} from './variables.js';
import { azureWords } from './words.js';

export interface AzureRunParts {
  readonly azure: Azure;
  readonly options: AzureOptions;
  readonly system: NodeJS.Platform;
  /** The original size of the environment, from which the library removes inputs and secrets as it loads. */
  readonly environmentBytes: number;
}

/** One fetch of a task: values become variables of the pipeline. */
export class AzureRun implements Platform {
  readonly files: FileStore;
  readonly uses: UseStore | undefined;
  readonly run: string;
  readonly maxStateLength: number;
  /** An input may name a variable that a later step sets anew: nothing but the state is sure to be ours. */
  readonly isStateAll = true;
  readonly ssh: NonNullable<Platform['ssh']>;
  readonly #parts: AzureRunParts;
  #settings: readonly AzureVariable[] = [];

  constructor(parts: AzureRunParts) {
    const { files, uses, run, maxStateLength } = parts.azure;
    this.files = files;
    this.uses = uses;
    this.ssh = parts.azure.ssh;
    this.run = run;
    this.maxStateLength = maxStateLength;
    this.#parts = parts;
  }

  check(): SeguraError[] {
    return this.#parts.azure.check();
  }

  info(message: Text): void {
    const unmasked = this.#settings.filter((each) => each.unmasked === true);
    const names = new Set(unmasked.map(({ name }) => name.toUpperCase()));
    this.#parts.azure.info(render(message, azureWords(names)));
  }

  warning(message: Text): void {
    this.#parts.azure.warning(message);
  }

  debug(message: string): void {
    this.#parts.azure.debug(message);
  }

  mask(text: string): void {
    this.#parts.azure.mask(text);
  }

  save(sealed: string): void {
    this.#parts.azure.save(sealed);
  }

  flush(): Promise<void> {
    return this.#parts.azure.flush();
  }

  needsFile(value: string): boolean {
    return this.#parts.options.multiline === 'file' && !isHoldable(value);
  }

  checkWrites(writes: readonly Write[]): SeguraError[] {
    const { options, system, environmentBytes } = this.#parts;
    const wanted = wantedOf(writes, options);
    const held = wanted.map((each) => {
      const value = isHoldable(each.value) ? each.value : base64Of(each.value);
      // An output is a variable too, and has the limits of one.
      return { ...each, value, output: false, names: namesInEnvironment(each) };
    });
    return [
      ...checkNames(wanted, localize, inputHeldBy),
      ...(options.multiline === 'error' ? checkValues(wanted, localize) : []),
      ...checkSizes(held, system, environmentBytes, ({ names }) => names),
    ];
  }

  /** Sets every variable. Each value is masked as it stands in its command before the first of these leaves. */
  async commit(writes: readonly Write[]): Promise<void> {
    this.#settings = wantedOf(writes, this.#parts.options).map(settingOf);
    for (const { value, isSecret } of this.#settings) if (isSecret) this.mask(value);
    await this.flush();
    for (const { name, value, isSecret, env, output } of this.#settings) {
      if (env) tl.setVariable(name, value, isSecret, false);
      if (output) tl.setVariable(name, value, isSecret, true);
    }
  }

  /** What ends the log of the step: how a script reads what was set. */
  async summarize(): Promise<void> {
    for (const line of linesOf(this.#settings, localize)) this.info(line);
  }
}
