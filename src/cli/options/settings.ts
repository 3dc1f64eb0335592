import { resolve } from 'node:path';
import { codeOf, SeguraError } from '../../core/errors.js';
import { INPUT_DEFAULTS, type InputName, type RawInputs, SECRET_INPUTS } from '../../core/input-names.js';
import { printable } from '../../core/printable.js';
import { shownFile } from '../evident-names.js';
import type { ProcessContext } from '../process.js';
import type { Arguments } from './arguments.js';
import { type ConfigFile, readConfigFile } from './config-file.js';
import { openToOthers } from './file-mode.js';
import { readSettings } from './input-files.js';
import { INPUT_OPTIONS, type InputOption, type OptionName, REPEATABLE, variableOf } from './options.js';
import { isSecretFile, rejectSecretValue, SECRET_FILES, secretFilesOf } from './secret-options.js';

/** These are standard input by another name: on a terminal they must not show what is typed either. */
const STANDARD_INPUT = ['-', '/dev/stdin', '/dev/fd/0', '/proc/self/fd/0'];
const PROMPT = 'segura-secrets: client secret (not shown): ';

/** The settings of a command: from its options, else the environment, else the config file. */
export class Settings {
  readonly #warnings: string[] = [];
  #clientSecret = '';
  readonly #world: ProcessContext;
  readonly #options: Arguments['options'];
  #config: ConfigFile = { values: new Map(), warnings: [] };
  #configPath = '';

  private constructor(world: ProcessContext, { options }: Pick<Arguments, 'options'>) {
    this.#world = world;
    this.#options = options;
  }

  /** Reads the files that settings come from, each once: a pipe gives its text once. Errors: INPUT_INVALID. */
  static async open(
    world: ProcessContext,
    given: Pick<Arguments, 'options'>,
    stop: AbortSignal,
    defaultConfigFile = '',
  ): Promise<Settings> {
    const settings = new Settings(world, given);
    const path =
      settings.option('config') || settings.variable('SENHASEGURA_CONFIG_FILE') || defaultConfigFile;
    settings.#configPath = path;
    if (path !== '') {
      const known = Object.keys(INPUT_DEFAULTS) as InputName[];
      settings.#config = await readConfigFile(resolve(world.directory, path), known);
      settings.#warnings.push(...settings.#config.warnings);
    }
    settings.#clientSecret = await settings.#findClientSecret(stop);
    return settings;
  }

  /** The same settings, with other values for some options. */
  with(options: Arguments['options']): Settings {
    const changed = new Settings(this.#world, { options: new Map([...this.#options, ...options]) });
    changed.#clientSecret = this.#clientSecret;
    changed.#config = this.#config;
    changed.#configPath = this.#configPath;
    return changed;
  }

  /** Warnings about the files read so far; each is returned once. */
  takeWarnings(): string[] {
    return this.#warnings.splice(0);
  }

  /** The value of an option; empty when it was not given. */
  option(name: Parameters<Arguments['options']['get']>[0]): string {
    return this.#options.get(name)?.at(-1) ?? '';
  }

  /** A setting that has no option: from the environment, else the config file. */
  variable(key: string): string {
    const value = this.#world.environment[key]?.trim() ?? '';
    return value === '' ? (this.#config.values.get(key)?.trim() ?? '') : value;
  }

  /** Everything as the Action's inputs, unchecked. */
  inputs(): RawInputs {
    const given = (Object.keys(INPUT_OPTIONS) as InputOption[]).map((name) => [name, this.#input(name)]);
    const secrets = SECRET_INPUTS.map((name) => [name, this.variable(variableOf(name))]);
    return {
      ...Object.fromEntries(Object.keys(INPUT_DEFAULTS).map((name) => [name, ''])),
      ...Object.fromEntries(given),
      ...Object.fromEntries(secrets),
      'client-secret': this.clientSecret(),
      'export-env': 'true',
      summary: 'false',
    } as RawInputs;
  }

  /** Empty when no one gave one. */
  clientSecret(): string {
    return this.#clientSecret;
  }

  /** Where what the job logs in with can be read from, whether it was or not: files, and `-` for standard input. */
  secretPlaces(): string[] {
    const fileKey = variableOf('client-secret-file');
    const keys = [...SECRET_INPUTS, ...SECRET_FILES].map(variableOf);
    const holder = [...keys, fileKey].some((key) => this.#config.values.has(key)) ? this.#configPath : '';
    const files = [
      this.option('client-secret-file'),
      this.variable(fileKey),
      this.#config.values.get(fileKey),
      ...secretFilesOf(this.inputs()).map(({ path }) => path),
    ];
    return [holder, ...files].flatMap((file) => {
      const place = file?.trim() ?? '';
      return place === '' ? [] : [place === '-' ? place : resolve(this.#world.directory, place)];
    });
  }

  /** The files that settings come from, by the option or variable that names them. */
  filesRead(): { what: string; path: string }[] {
    const isConfigGiven = this.option('config') !== '' || this.variable(variableOf('config')) !== '';
    return [
      { what: isConfigGiven ? this.nameOf('config') : 'the config file', path: this.#configPath },
      { what: '--client-secret-file', path: this.option('client-secret-file') },
      {
        what: variableOf('client-secret-file'),
        path: this.variable(variableOf('client-secret-file')),
      },
      ...secretFilesOf(this.inputs()).map(({ name, path }) => ({ what: this.nameOf(name), path })),
    ];
  }

  /** An option as the user gave it, or the variable or key that stands for it. */
  nameOf(option: OptionName): string {
    return this.option(option) === '' ? variableOf(option) : `--${option}`;
  }

  async #findClientSecret(stop: AbortSignal): Promise<string> {
    const file = this.option('client-secret-file');
    if (file !== '') return this.#readSecret(file, stop);
    const key = variableOf('client-secret');
    const { environment } = this.#world;
    const fileKey = variableOf('client-secret-file');
    const direct = environment[key]?.trim() ?? '';
    if (direct !== '') return direct;
    const named = environment[fileKey]?.trim() ?? '';
    if (named !== '') return this.#readSecret(named, stop);
    const configured = this.#config.values.get(key)?.trim() ?? '';
    const configuredFile = this.#config.values.get(fileKey)?.trim() ?? '';
    return configured === '' && configuredFile !== '' ? this.#readSecret(configuredFile, stop) : configured;
  }

  #input(name: InputOption): string {
    const values = this.#options.get(name);
    if (values === undefined) return this.variable(variableOf(name));
    if (isSecretFile(name)) {
      for (const value of values) rejectSecretValue(name, value.trim(), this.#input('oidc-provider'));
    }
    return (REPEATABLE.includes(name) ? values.join('\n') : (values.at(-1) ?? '')).trim();
  }

  async #readSecret(file: string, stop: AbortSignal): Promise<string> {
    const text = await this.#readSecretFile(file, stop);
    if (text !== '' && !/[\r\n]/.test(text)) return text;
    throw new SeguraError(
      'INPUT_INVALID',
      `The client secret file ${printable(file)} ${text === '' ? 'is empty' : 'has several lines'}.`,
      'Put only the client secret into it, in one line.',
    );
  }

  async #readSecretFile(file: string, stop: AbortSignal): Promise<string> {
    const path = resolve(this.#world.directory, file);
    try {
      if (STANDARD_INPUT.includes(file)) return (await this.#world.readStandardInput(PROMPT, stop)).trim();
      const open = openToOthers('client secret file', path);
      if (open !== undefined) this.#warnings.push(open);
      return (await readSettings(path)).trim();
    } catch (error) {
      const shown = shownFile(file, codeOf(error), this.#world.directory);
      throw new SeguraError(
        'INPUT_INVALID',
        `The client secret file${shown === undefined ? '' : ` ${shown}`} cannot be read (${codeOf(error)}).`,
        'Give a file that exists: --client-secret-file FILE, or - for standard input.',
      );
    }
  }
}
