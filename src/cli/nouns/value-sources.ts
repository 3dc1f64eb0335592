import { resolve } from 'node:path';
import { codeOf, SeguraError } from '../../core/errors.js';
import { printable } from '../../core/printable.js';
import { Secret } from '../../core/secret.js';
import { readBytes, toText } from '../../platform/disk/read-text.js';
import { endedBySignals } from '../ended-by-signals.js';
import { shownFile, shownVariable } from '../evident-names.js';
import { UsageError } from '../options/usage-error.js';
import { allOf, type NounCall } from './verb.js';

/** The largest file with a value. */
const MAX_MIB = 8;

const HOW = 'Write --field NAME=@FILE, --field NAME=- for standard input, or --field NAME=env:VARIABLE.';

function howOf(option: string): string {
  return `Write ${option} @FILE, ${option} - for standard input, or ${option} env:VARIABLE.`;
}

/** Reads each place that a call names, and standard input only once. */
export class ValueSources {
  readonly #call: NounCall;
  #isInputRead = false;

  constructor(call: NounCall) {
    this.#call = call;
  }

  /** The text of a file as it is, byte for byte; `-` is standard input. Errors: INPUT_INVALID, UsageError. */
  async text(file: string, what: string): Promise<string> {
    const { world, signals } = this.#call.context;
    const prompt = `segura-secrets: ${what} (not shown): `;
    if (file === '-') this.#readOnce();
    try {
      return await endedBySignals(signals, world.system, async () =>
        file === '-'
          ? await world.readStandardInput(prompt, signals.stop, true)
          : toText(await readBytes(resolve(world.directory, file), MAX_MIB), true),
      );
    } catch (error) {
      if (error instanceof SeguraError || error instanceof UsageError) throw error;
      const code = codeOf(error);
      const shown = shownFile(file, code, world.directory) ?? 'the file that it names';
      throw new SeguraError(
        'INPUT_INVALID',
        `${what}: ${file === '-' ? 'standard input' : shown} cannot be read (${code}).`,
        'Give a file of UTF-8 text that exists. A value of other bytes can be stored as base64.',
      );
    }
  }

  /** The values of every `--field`. Errors: UsageError, INPUT_MISSING, INPUT_INVALID. */
  async fields(): Promise<[string, Secret][]> {
    const fields: [string, Secret][] = [];
    for (const text of allOf(this.#call, 'field')) fields.push(await this.#field(text));
    return fields;
  }

  /** No part of what was given is repeated before it is known to be no value. */
  async #field(text: string): Promise<[string, Secret]> {
    const [, name = '', source = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
    if (name.trim() === '') throw new UsageError('A value of --field is not NAME=SOURCE.', HOW);
    return [name, await this.secret(source, `field ${printable(name)}`, HOW)];
  }

  /** The value of one option, whose text is only where the value is. Errors: UsageError, INPUT_MISSING, INPUT_INVALID. */
  async secret(source: string, what: string, how = howOf(what)): Promise<Secret> {
    if (source.startsWith('env:')) return this.#variable(source.slice(4), what);
    const file = source === '-' ? '-' : source.startsWith('@') ? source.slice(1) : '';
    if (file === '' || (file === '-' && source !== '-'))
      throw new UsageError(
        'A value cannot be an argument: every process on the machine can read arguments.',
        how,
      );
    const value = await this.text(file, what);
    if (/\n$/.test(value))
      this.#call.context.terminal.info(`${what} ends with a line end, which is kept as part of the value.`);
    return new Secret(value);
  }

  /** The same for one that must not be empty: a file or a pipe that failed would take a password away. Errors: INPUT_INVALID too. */
  async filled(source: string, what: string): Promise<Secret> {
    const value = await this.secret(source, what);
    if (value.reveal() !== '') return value;
    throw new SeguraError(
      'INPUT_INVALID',
      `${what}: the value is empty.`,
      'Check what writes the file, the variable or standard input.',
    );
  }

  #variable(variable: string, what: string): Secret {
    const { environment } = this.#call.context.world;
    // The environment of a process also has the members of every object, such as `constructor`.
    const value = Object.hasOwn(environment, variable) ? environment[variable] : undefined;
    if (value === undefined)
      throw new SeguraError(
        'INPUT_MISSING',
        `${what}: the environment variable ${shownVariable(variable) ?? 'that it names'} is not set.`,
        'Set it, or read the value from a file: @FILE in place of env:VARIABLE.',
      );
    const broken = this.#call.context.world.unreadable().variables.map(String);
    if (!broken.includes(variable)) return new Secret(value);
    throw new SeguraError(
      'INPUT_INVALID',
      `${what}: the environment variable ${printable(variable)} has bytes that are not UTF-8.`,
      'Store such a value as base64.',
    );
  }

  #readOnce(): void {
    if (this.#isInputRead)
      throw new UsageError('Standard input is named twice.', 'Read all values but one from files.');
    this.#isInputRead = true;
  }
}
