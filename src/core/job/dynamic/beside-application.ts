import { SeguraError } from '../../errors.js';
import { bare, option, say } from '../../text.js';
import type { DraftInputs } from '../inputs.js';

/** What is wrong with dynamic secrets beside the other inputs. */
export type CheckDynamic = (inputs: Pick<DraftInputs, 'needs' | 'login'>) => readonly SeguraError[];

/** The problem of a login by which nothing can be ended when the job is over. */
export const besideApplication: CheckDynamic = ({ needs, login }) => {
  if (needs.leases.length === 0 || login.application === undefined) return [];
  return [
    new SeguraError(
      'INPUT_INVALID',
      say`${option.dynamic} cannot be used together with ${bare('application')}: at the end of the job nothing logs in as the application to end the leases.`,
      say`Log in with the client id and secret of the authorization of the application, and leave ${bare('application')}, ${bare('system')} and ${bare('environment')} out.`,
    ),
  ];
};
