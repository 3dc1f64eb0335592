import type { RawInputs } from '../../core/input-names.js';
import type { Saver } from '../../core/job/save/saver.js';
import { isInCi } from '../exec/in-ci.js';
import type { Arguments } from '../options/arguments.js';
import type { ProcessContext } from '../process.js';

/**
 * What saves values of this command, loaded when a setting asks for it. It is confirmed by `--yes`, or by a job of a CI
 * system that runs for its own repository.
 */
export async function saverFor(
  { world, arguments: given }: { readonly world: ProcessContext; readonly arguments: Arguments },
  { save }: Pick<RawInputs, 'save'>,
): Promise<Saver | undefined> {
  if (save === '') return undefined;
  const [{ openSaver }, { isUntrustedJob }] = await Promise.all([
    import(/* webpackMode: "eager" */ '../../core/job/save/open.js'),
    import(/* webpackMode: "eager" */ '../nouns/untrusted.js'),
  ]);
  const { environment } = world;
  const isYes = /^true$/i.test(given.options.get('yes')?.at(-1) ?? '');
  const isConfirmed = isYes || (isInCi(environment) && !isUntrustedJob(environment));
  // A check writes nothing, and the job has yet to make the values.
  const isCheck = given.command === 'check';
  return openSaver(save, {
    variable: (name) => environment[name],
    refusal: isConfirmed || isCheck ? undefined : 'unconfirmed',
    isCheck,
  });
}
