import { SeguraError } from '../../core/errors.js';

/** A command line that could not be understood; what it holds as values is never repeated. */
export class UsageError extends SeguraError {
  constructor(message: string, remedy: string) {
    super('INPUT_INVALID', message, remedy);
  }
}
