import { SeguraError } from '../../core/errors.js';
import type { Write } from '../../core/ports.js';
import type { AzureOptions } from './inputs.js';
import { type Localize, scriptNamesOf } from './reserved-names.js';
import { hasLineEnd, isHoldable } from './secret-variable.js';

/** One variable as it is set, of the pipeline (`env`) or of the step (`output`): with a value that it can hold. */
export interface AzureVariable extends Write {
  readonly isSecret: boolean;
  /** What was done to a value that no variable can hold. */
  readonly change: 'none' | 'base64' | 'file';
}

/** Each name once, whatever its case, which Azure Pipelines ignores: two lines may ask for one thing in two places. */
export function wantedOf(writes: readonly Write[], { outputs }: AzureOptions): Write[] {
  const wanted = new Map<string, Write>();
  for (const write of writes) {
    const { name, env, output } = write;
    const key = name.toUpperCase();
    const earlier = wanted.get(key);
    const isOutput = outputs || (output && !env);
    wanted.set(key, {
      ...write,
      name: earlier?.name ?? name,
      env: env || (earlier?.env ?? false),
      output: isOutput || (earlier?.output ?? false),
    });
  }
  return [...wanted.values()];
}

/** As an agent puts secret variables into the environment of every later task; a step may have a longer name than ours. */
export function namesInEnvironment({ name, env, output, unmasked }: Write): string[] {
  const prefix = unmasked === true ? '' : 'SECRET_';
  return [...(env ? [`${prefix}${name}`] : []), ...(output ? [`${prefix}SEGURA_${name}`] : [])];
}

/** Refuses what no variable can hold: an agent would print values with line ends, and change those with `$(`. */
export function checkValues(wanted: readonly Write[], localize: Localize): SeguraError[] {
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
export function settingOf(wanted: Write): AzureVariable {
  const { value, unmasked, file } = wanted;
  const isSecret = unmasked !== true;
  if (file === 'needed') return { ...wanted, isSecret: false, change: 'file' };
  if (!isHoldable(value)) return { ...wanted, value: base64Of(value), isSecret, change: 'base64' };
  return { ...wanted, isSecret: isSecret && file === undefined, change: 'none' };
}

/** The lines that end the log of the step: only names. */
export function linesOf(settings: readonly AzureVariable[], localize: Localize): string[] {
  const changes = settings.flatMap(({ name, change }) =>
    change === 'none' ? [] : [localize(change === 'file' ? 'FileSet' : 'BaseSixtyFourSet', name)],
  );
  const block = (names: readonly string[], prefix: string): string[] => {
    const own = scriptNamesOf(names);
    return ['env:', ...names.map((name) => `  ${own.get(name)}: $(${prefix}${name})`)];
  };
  const variables = settings.filter(({ env, isSecret }) => env && isSecret).map(({ name }) => name);
  const outputs = settings.filter(({ output }) => output).map(({ name }) => name);
  return [
    ...changes,
    ...(variables.length === 0 ? [] : [localize('EnvBlock'), ...block(variables, '')]),
    ...(outputs.length === 0 ? [] : [localize('OutputBlock'), ...block(outputs, 'segura.')]),
  ];
}

export function base64Of(value: string): string {
  return Buffer.from(value).toString('base64');
}
