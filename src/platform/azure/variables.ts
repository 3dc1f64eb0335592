import type { Ledger } from '../../core/custody/ledger.js';
import { SeguraError } from '../../core/errors.js';
import { checkStateSize } from '../../core/job/preflight.js';
import type { FileEntry, Platform, Write } from '../../core/ports.js';
import type { AzureFiles } from './files.js';
import type { AzureOptions } from './inputs.js';
import { type Localize, scriptNamesOf } from './reserved-names.js';
import { hasLineEnd, isHoldable } from './secret-variable.js';

/** One value on its way to a variable of the pipeline, to an output variable of the step, or to both. */
export interface Wanted {
  readonly name: string;
  readonly value: string;
  readonly source: string;
  readonly isVariable: boolean;
  readonly isOutput: boolean;
  /** The user says that it is no secret: it becomes an ordinary variable. */
  readonly isUnmasked: boolean;
}

/** One variable as it is set: with a value that it can hold. */
export interface Setting extends Wanted {
  readonly isSecret: boolean;
  /** What was done to a value that no variable can hold. */
  readonly change: 'none' | 'base64' | 'file';
}

export interface SettingsParts {
  readonly files: AzureFiles;
  /** Where the files are accounted for that such a value goes to. */
  readonly ledger: Ledger | undefined;
  readonly options: AzureOptions;
}

/** Each name once, whatever its case, which Azure Pipelines ignores: two lines may ask for one thing in two places. */
export function wantedOf(writes: readonly Write[], { outputs }: AzureOptions): Wanted[] {
  const wanted = new Map<string, Wanted>();
  for (const { name, value, source, env, output, unmasked } of writes) {
    const key = name.toUpperCase();
    const earlier = wanted.get(key);
    const isOutput = outputs || (output && !env);
    wanted.set(key, {
      name: earlier?.name ?? name,
      value,
      source,
      isVariable: env || (earlier?.isVariable ?? false),
      isOutput: isOutput || (earlier?.isOutput ?? false),
      isUnmasked: unmasked === true,
    });
  }
  return [...wanted.values()];
}

/** As an agent puts secret variables into the environment of every later task; a step may have a longer name than ours. */
export function namesInEnvironment({ name, isVariable, isOutput, isUnmasked }: Wanted): string[] {
  const prefix = isUnmasked ? '' : 'SECRET_';
  return [...(isVariable ? [`${prefix}${name}`] : []), ...(isOutput ? [`${prefix}SEGURA_${name}`] : [])];
}

/** Refuses what no variable can hold: an agent would print values with line ends, and change those with `$(`. */
export function valueRefusals(wanted: readonly Wanted[], localize: Localize): SeguraError[] {
  return wanted
    .filter(({ value }) => !isHoldable(value))
    .map(({ source, name, value }) => {
      const hasLines = hasLineEnd(value);
      return new SeguraError(
        'VALUE_BROKEN',
        localize(hasLines ? 'MultilineRefused' : 'MacroRefused', source, name),
        localize('MultilineRemedy', source, name),
      );
    });
}

/** Turns what the core writes into variables, and tells what became of it. */
export class Settings {
  readonly #parts: SettingsParts;

  constructor(parts: SettingsParts) {
    this.#parts = parts;
  }

  /** Errors: FILE_REFUSED, VALUE_TOO_LARGE when the account of the files would be too long. */
  async make(
    wanted: readonly Wanted[],
    platform: Pick<Platform, 'mostStateLength' | 'flush'>,
  ): Promise<readonly Setting[]> {
    const { files, ledger, options } = this.#parts;
    const broken = wanted.filter(({ value }) => !isHoldable(value));
    if (options.multiline !== 'file' || ledger === undefined || broken.length === 0)
      return wanted.map((each) => this.#setting(each, ''));
    const names = broken.map(({ name }) => name);
    checkStateSize(ledger, [], names, platform);
    const folder = files.createFolder();
    ledger.addFile(folder);
    const settings: Setting[] = [];
    // One after the other: when one fails, none is under way that would be left behind.
    for (const each of wanted) {
      const path = isHoldable(each.value) ? '' : await this.#toFile(each, folder, ledger, platform);
      settings.push(this.#setting(each, path));
    }
    return settings;
  }

  /** The lines that end the log of the step: names alone. */
  lines(settings: readonly Setting[], localize: Localize): string[] {
    const changes = settings.flatMap(({ name, change }) =>
      change === 'none' ? [] : [localize(change === 'file' ? 'FileSet' : 'BaseSixtyFourSet', name)],
    );
    const block = (names: readonly string[], prefix: string): string[] => {
      const own = scriptNamesOf(names);
      return ['env:', ...names.map((name) => `  ${own.get(name)}: $(${prefix}${name})`)];
    };
    const variables = settings
      .filter(({ isVariable, isSecret }) => isVariable && isSecret)
      .map(({ name }) => name);
    const outputs = settings.filter(({ isOutput }) => isOutput).map(({ name }) => name);
    return [
      ...changes,
      ...(variables.length === 0 ? [] : [localize('EnvBlock'), ...block(variables, '')]),
      ...(outputs.length === 0 ? [] : [localize('OutputBlock'), ...block(outputs, 'segura.')]),
    ];
  }

  async #toFile(
    { name, value }: Wanted,
    folder: FileEntry,
    ledger: Ledger,
    platform: Pick<Platform, 'flush'>,
  ): Promise<string> {
    const file = await this.#parts.files.create(`${folder.path}/${name}`);
    ledger.addFile(file.entry);
    await platform.flush();
    file.write(value);
    return file.entry.path;
  }

  #setting(wanted: Wanted, path: string): Setting {
    const { value, isUnmasked } = wanted;
    const isSecret = !isUnmasked;
    if (path !== '') return { ...wanted, value: path, isSecret: false, change: 'file' };
    if (!isHoldable(value)) return { ...wanted, value: base64Of(value), isSecret, change: 'base64' };
    return { ...wanted, isSecret: isSecret && !this.#parts.files.hasMade(value), change: 'none' };
  }
}

export function base64Of(value: string): string {
  return Buffer.from(value).toString('base64');
}
