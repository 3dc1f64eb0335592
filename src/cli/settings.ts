import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { codeOf, SeguraError } from '../core/errors.js';
import { INPUT_DEFAULTS, type InputName, type RawInputs } from '../core/inputs.js';
import { printable } from '../core/printable.js';
import type { Arguments } from './arguments.js';
import { type ConfigFile, readConfigFile } from './config-file.js';
import { openToOthers } from './open-to-others.js';
import { INPUT_OPTIONS, type InputOption, variableOf } from './options.js';
import type { World } from './world.js';

const LINES: readonly InputOption[] = ['secrets', 'credentials', 'unmasked', 'opaque'];

/** What a command was told: by option, else by environment, else by config file. */
export class Settings {
  readonly #warnings: string[] = [];
  #clientSecret: string | undefined;
  readonly #world: World;
  readonly #options: Arguments['options'];
  readonly #config: ConfigFile;
  readonly #configPath: string;

  /** Errors: INPUT_INVALID. */
  constructor(world: World, { options }: Pick<Arguments, 'options'>, defaultConfigFile = '') {
    this.#world = world;
    this.#options = options;
    const path = this.option('config') || this.variable('SENHASEGURA_CONFIG_FILE') || defaultConfigFile;
    this.#configPath = path;
    this.#config =
      path === ''
        ? { values: new Map(), warnings: [] }
        : readConfigFile(resolve(world.directory, path), Object.keys(INPUT_DEFAULTS) as InputName[]);
    this.#warnings.push(...this.#config.warnings);
  }

  /** What is doubtful about the files read so far; each is given once. */
  takeWarnings(): string[] {
    return this.#warnings.splice(0);
  }

  /** The value of an option, the last where it stands several times; empty when it was not given. */
  option(name: Parameters<Arguments['options']['get']>[0]): string {
    return this.#options.get(name)?.at(-1) ?? '';
  }

  /** A setting that has no option: from the environment, else the config file. */
  variable(key: string): string {
    const value = this.#world.environment[key]?.trim() ?? '';
    return value === '' && this.#config !== undefined ? (this.#config.values.get(key)?.trim() ?? '') : value;
  }

  /** Everything as the Action's inputs, unchecked. Errors: INPUT_INVALID for a client secret that cannot be read. */
  inputs(): RawInputs {
    const given = (Object.keys(INPUT_OPTIONS) as InputOption[]).map((name) => [name, this.#input(name)]);
    return {
      ...Object.fromEntries(Object.keys(INPUT_DEFAULTS).map((name) => [name, ''])),
      ...Object.fromEntries(given),
      'client-secret': this.clientSecret(),
      'export-env': 'true',
      summary: 'false',
    } as RawInputs;
  }

  /** Empty when nobody gave one. Read once: standard input gives it once. Errors: INPUT_INVALID. */
  clientSecret(): string {
    this.#clientSecret ??= this.#findClientSecret();
    return this.#clientSecret;
  }

  /** Where the client secret can be read from, whether it was or not: files, and `-` for standard input. */
  clientSecretPlaces(): string[] {
    const [key, fileKey] = [variableOf('client-secret'), variableOf('client-secret-file')];
    const holder = this.#config.values.has(key) || this.#config.values.has(fileKey) ? this.#configPath : '';
    const files = [
      this.option('client-secret-file'),
      this.variable(fileKey),
      this.#config.values.get(fileKey),
    ];
    return [holder, ...files].flatMap((file) => {
      const place = file?.trim() ?? '';
      return place === '' ? [] : [place === '-' ? place : resolve(this.#world.directory, place)];
    });
  }

  #findClientSecret(): string {
    const file = this.option('client-secret-file');
    if (file !== '') return this.#readSecret(file);
    const key = variableOf('client-secret');
    const { environment } = this.#world;
    const fileKey = variableOf('client-secret-file');
    const direct = environment[key]?.trim() ?? '';
    if (direct !== '') return direct;
    const named = environment[fileKey]?.trim() ?? '';
    if (named !== '') return this.#readSecret(named);
    const configured = this.#config.values.get(key)?.trim() ?? '';
    const configuredFile = this.#config.values.get(fileKey)?.trim() ?? '';
    return configured === '' && configuredFile !== '' ? this.#readSecret(configuredFile) : configured;
  }

  #input(name: InputOption): string {
    const values = this.#options.get(name);
    if (values === undefined) return this.variable(variableOf(name));
    return (LINES.includes(name) ? values.join('\n') : (values.at(-1) ?? '')).trim();
  }

  #readSecret(file: string): string {
    const text = this.#readSecretFile(file);
    if (text !== '' && !/[\r\n]/.test(text)) return text;
    throw new SeguraError(
      'INPUT_INVALID',
      `The client secret file ${printable(file)} ${text === '' ? 'is empty' : 'has several lines'}.`,
      'Put the client secret alone into it, in one line.',
    );
  }

  #readSecretFile(file: string): string {
    const path = resolve(this.#world.directory, file);
    try {
      if (file === '-') return this.#world.readStandardInput().trim();
      const open = openToOthers('client secret file', path);
      if (open !== undefined) this.#warnings.push(open);
      return readFileSync(path, 'utf8').trim();
    } catch (error) {
      throw new SeguraError(
        'INPUT_INVALID',
        `The client secret file ${printable(file)} cannot be read (${codeOf(error)}).`,
        'Give a file that exists: --client-secret-file FILE, or - for standard input.',
      );
    }
  }
}
