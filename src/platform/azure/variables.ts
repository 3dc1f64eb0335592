import { SeguraError } from '../../core/errors.js';
import type { Write } from '../../core/ports.js';
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
  /** The value is the path of a private file, which is no secret: asked for, or needed since no variable can hold it. */
  readonly file: Write['file'];
}

/** One variable as it is set: with a value that it can hold. */
export interface Setting extends Wanted {
  readonly isSecret: boolean;
  /** What was done to a value that no variable can hold. */
  readonly change: 'none' | 'base64' | 'file';
}

/** Each name once, whatever its case, which Azure Pipelines ignores: two lines may ask for one thing in two places. */
export function wantedOf(writes: readonly Write[], { outputs }: AzureOptions): Wanted[] {
  const wanted = new Map<string, Wanted>();
  for (const { name, value, source, env, output, unmasked, file } of writes) {
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
      file,
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

/** The variable with a value that it can hold: base64 where the value has to change. */
export function settingOf(wanted: Wanted): Setting {
  const { value, isUnmasked, file } = wanted;
  const isSecret = !isUnmasked;
  if (file === 'needed') return { ...wanted, isSecret: false, change: 'file' };
  if (!isHoldable(value)) return { ...wanted, value: base64Of(value), isSecret, change: 'base64' };
  return { ...wanted, isSecret: isSecret && file === undefined, change: 'none' };
}

/** The lines that end the log of the step: names alone. */
export function linesOf(settings: readonly Setting[], localize: Localize): string[] {
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

export function base64Of(value: string): string {
  return Buffer.from(value).toString('base64');
}
