import { quote } from '../../../core/requests/tokens.js';
import type { Arguments } from '../../options/arguments.js';
import { UsageError } from '../../options/usage-error.js';

/** One file that is read, and one that is made from it. */
export interface OneFile {
  /** The path of what is read; undefined for standard input. */
  readonly from: string | undefined;
  /** The path of what is made, `-` for standard output; undefined where no one says. */
  readonly to: string | undefined;
}

/** What `--in-file`, `--stdin` and `--out-file` say; undefined without any. Errors: UsageError. */
export function readOneFile({ options }: Pick<Arguments, 'options'>): OneFile | undefined {
  const from = options.get('in-file')?.at(-1);
  const to = options.get('out-file')?.at(-1);
  const isInput = /^true$/i.test(options.get('stdin')?.at(-1) ?? '');
  if (from === undefined && !isInput) {
    if (to === undefined) return undefined;
    throw new UsageError('Option --out-file has no file to make it from.', 'Give --in-file FILE or --stdin.');
  }
  if (from !== undefined && isInput)
    throw new UsageError('Options --in-file and --stdin are two sources.', 'Leave one of them out.');
  if (from === '' || to === '')
    throw new UsageError('Option --in-file or --out-file is empty.', 'Write --in-file FILE --out-file FILE.');
  return { from, to };
}

/** A line of `--templates`. */
export function lineFor(template: string, target: string): string {
  return `${quoted(template)} > ${quoted(target)}`;
}

function quoted(path: string): string {
  const text = quote(path);
  return text === path ? `"${path}"` : text;
}
