import { SeguraError } from '../../core/errors.js';
import { say } from '../../core/text.js';
import { DOTENV_READERS, type DotenvReader, readersThatDiffer, writtenFor } from './dotenv-readers.js';
import { type Assignment, asFile, type Format, lines } from './format.js';
import { isKeptByShells, keptNames } from './sh.js';

/**
 * `NAME=…` lines that each of `readers` reads alike: a shell that sources them, `node --env-file`, the npm package dotenv,
 * python-dotenv, docker compose. A value that one of them would run, cut or change is rejected.
 */
export function dotenvFor(readers: readonly DotenvReader[]): Format {
  return {
    check: (assignments) => {
      const fewer = fewerReaders(readers, assignments);
      const option =
        fewer.length === 0 ? '' : `Name the readers that you need: --readers ${fewer.join(',')}. `;
      const names = readers.includes('sh') ? keptNames(assignments) : [];
      return [
        ...assignments.flatMap((assignment) => assignmentProblem(assignment, readers, option) ?? []),
        ...names.map(
          ({ code, messageText, remedyText }) =>
            new SeguraError(code, messageText, say`${option}${remedyText}`),
        ),
      ];
    },
    render: (assignments) =>
      lines(assignments.map(({ name, value }) => `${name}=${writtenFor(readers, value) ?? ''}`)),
  };
}

export const DOTENV: Format = dotenvFor(DOTENV_READERS);

function assignmentProblem(
  assignment: Assignment,
  readers: readonly DotenvReader[],
  option: string,
): SeguraError | undefined {
  const { name, value, source } = assignment;
  if (writtenFor(readers, value) !== undefined) return undefined;
  const differing = readersThatDiffer(readers, value).join(', ');
  return new SeguraError(
    'VALUE_BROKEN',
    `The value of ${source} for ${name} cannot be written so that every reader of .env files gets the same value: ${differing} would read a different one.`,
    `${option}Use --format json${readers === DOTENV_READERS ? '' : ' without --readers'}. ${asFile(assignment)}`,
  );
}

function canCarry(readers: readonly DotenvReader[], { name, value }: Assignment): boolean {
  return writtenFor(readers, value) !== undefined && !(readers.includes('sh') && isKeptByShells(name));
}

/** The most of `readers` that read all of these alike; empty when there are none. */
function fewerReaders(
  readers: readonly DotenvReader[],
  assignments: readonly Assignment[],
): readonly DotenvReader[] {
  const sets = Array.from({ length: 2 ** readers.length }, (_, bits) =>
    readers.filter((_reader, index) => Math.floor(bits / 2 ** index) % 2 === 1),
  );
  const able = sets.filter((set) => set.length > 0 && assignments.every((each) => canCarry(set, each)));
  return able.reduce<readonly DotenvReader[]>((most, set) => (set.length > most.length ? set : most), []);
}
