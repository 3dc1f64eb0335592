import type { RawInputs } from '../../input-names.js';
import type { CheckDynamic } from './beside-application.js';

/** The check for inputs that were read, loaded where there are dynamic secrets. Errors in its result: INPUT_INVALID. */
export async function checkOfDynamic(raw: Pick<RawInputs, 'dynamic' | 'inject'>): Promise<CheckDynamic> {
  if (raw.dynamic === '' && !raw.inject.includes('dynamic:')) return () => [];
  const { besideApplication } = await import(/* webpackMode: "eager" */ './beside-application.js');
  return besideApplication;
}
