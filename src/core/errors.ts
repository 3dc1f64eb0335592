import type { ErrorCode } from './error-codes.js';
import type { OptionKey } from './input-names.js';
import { plain, say, type Text, word } from './text.js';

/**
 * An error that a user can act on: a stable code, the problem, and a remedy.
 *
 * Both are kept as texts that each surface renders; `message` and `remedy` are these in the words of action.yml. Neither
 * ever holds a secret or text of a reply.
 */
export class SeguraError extends Error {
  override readonly name = 'SeguraError';
  readonly code: ErrorCode;
  readonly remedy: string;
  readonly messageText: Text;
  readonly remedyText: Text;
  /** The option that is missing or wrong, where a surface may have more to say of it. */
  readonly about: OptionKey | undefined;

  constructor(
    code: ErrorCode,
    message: Text,
    remedy: Text,
    { about, ...options }: ErrorOptions & { readonly about?: OptionKey } = {},
  ) {
    super(plain(message), options);
    this.code = code;
    this.remedy = plain(remedy);
    this.messageText = message;
    this.remedyText = remedy;
    this.about = about;
  }
}

/** Several problems, found and reported together. */
export class Problems extends Error {
  override readonly name = 'Problems';
  readonly problems: readonly SeguraError[];

  constructor(problems: readonly SeguraError[]) {
    super(problems.map((problem) => `${problem.code}: ${problem.message}`).join('\n'));
    this.problems = problems;
  }
}

/** Throws all `problems` together, as Problems; throws nothing when there are none. */
export function throwIfAny(problems: readonly SeguraError[]): void {
  if (problems.length > 0) throw new Problems(problems);
}

/** The problems of an error. An unexpected error becomes one INTERNAL that names only its kind. */
export function problemsOf(error: unknown): readonly SeguraError[] {
  if (error instanceof Problems) return error.problems;
  if (error instanceof SeguraError) return [error];
  const fault = programFault(error);
  if (fault !== undefined) return [fault];
  // The message of a foreign error may quote what it failed on, a value even; its name and place do not.
  const kind = error instanceof Error ? error.name : typeof error;
  const place = error instanceof Error ? placeOf(error) : '';
  return [
    new SeguraError(
      'INTERNAL',
      say`An unexpected ${kind} stopped ${word('the step')}${place === '' ? '' : ` (${place})`}.`,
      say`Please report it with this line; run again with ${word('debug logging, to see what led to it')}.`,
      { cause: error },
    ),
  ];
}

/** The error from the build if a part of this program that is loaded on demand is gone or of another version. */
function programFault(error: unknown): SeguraError | undefined {
  if (!(error instanceof Error) || error.name !== 'ProgramFault') return undefined;
  const code = codeOf(error);
  return new SeguraError(
    'PLATFORM_UNSUPPORTED',
    code === 'changed'
      ? 'A file of this program was replaced while it ran, or is incomplete.'
      : `A file of this program cannot be read (${code.replaceAll(/\W/g, '')}).`,
    'Install it again completely, and make sure that nothing replaces or removes its files while it runs.',
    { cause: error },
  );
}

/** The outcome of `operation`, with its problems put into `problems` instead of thrown. */
export function collect<T>(problems: SeguraError[], operation: () => T): T | undefined {
  try {
    return operation();
  } catch (error) {
    problems.push(...problemsOf(error));
    return undefined;
  }
}

/** The code the system gave an error, ENOENT for instance, else its kind; its message may quote what it failed on. */
export function codeOf(error: unknown): string {
  return error instanceof Error ? String(Reflect.get(error, 'code') ?? error.name) : 'unknown';
}

/** The first place of an error's stack, found behind its message, which may look like one. */
function placeOf({ name, message, stack = '' }: Error): string {
  const head = message === '' ? name : `${name}: ${message}`;
  return stack.startsWith(head) ? (/\n\s+at (.+)/.exec(stack.slice(head.length))?.[1] ?? '') : '';
}
