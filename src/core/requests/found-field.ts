import type { Secret } from '../secret.js';
import type { Source } from './request.js';

/** One field that a request found, with what is known about it. */
export interface FoundField {
  readonly field: string;
  /** The one field it is, for telling sources apart. */
  readonly origin: Source;
  readonly value: Secret;
  readonly source: string;
  readonly version: string | undefined;
  readonly expires: string | undefined;
  /** The same map's user name, which travels with a password in HTTP Basic. */
  readonly user: string | undefined;
  /** Which part of the request was found only under a name with other code points. */
  readonly twin?: 'identity' | 'field' | undefined;
}
