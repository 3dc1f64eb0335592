import type { Binding } from '../../bindings/bind.js';
import type { Inputs } from '../inputs.js';
import type { MadeFiles } from './injection.js';
import type { Hiders } from './put.js';

/**
 * The files of the job with their values, none of them written yet, and all of it masked. What makes them is loaded when an
 * input asks for it. Errors: those of Injector.make, VALUE_TOO_LARGE.
 */
export async function changesFor(
  bindings: readonly Binding[],
  { injection: { injector } }: Pick<Inputs, 'injection'>,
  hiders: Hiders,
): Promise<MadeFiles['changes']> {
  if (injector === undefined) return [];
  const { makeChanges, maskMade } = await import(/* webpackMode: "eager" */ './put.js');
  const made = await makeChanges(bindings, injector);
  await maskMade(made, bindings, hiders);
  return made.changes;
}
