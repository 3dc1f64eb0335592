import { resolve } from 'node:path';
import { formsInSteps } from '../../core/masking/encodings.js';
import { Pace, throwIfCancelled } from '../../core/pace.js';
import type { Write } from '../../core/ports.js';
import { isPipelineName, isVariableName } from '../../core/requests/variable-names.js';
import { dotenvFor } from '../../platform/formats/dotenv.js';
import { DOTENV_READERS, type DotenvReader } from '../../platform/formats/dotenv-readers.js';
import { EXPORT_FORMATS } from '../../platform/formats/export-formats.js';
import type { Assignment } from '../../platform/formats/format.js';
import { addMask } from '../../platform/formats/github-env.js';
import { systemClock } from '../../platform/process/clock.js';
import { type Context, openRun } from '../context.js';
import { UsageError } from '../options/usage-error.js';
import { checkOutput, type Output, writeOutput, writeTo } from '../write.js';

type FormatName = keyof typeof EXPORT_FORMATS;

/** Prints the secrets as assignments. Custody stays taken until `release`. */
export async function exportSecrets(context: Context): Promise<number> {
  const { world, terminal, signals, arguments: given } = context;
  const name = formatOf(given.options.get('format')?.at(-1));
  const readers = readersOf(given.options.get('readers')?.join(','), name);
  const format = readers === undefined ? EXPORT_FORMATS[name] : dotenvFor(readers);
  const output = outputOf(context, name);

  const run = await openRun(context);
  const isName = name === 'azure' ? isPipelineName : isVariableName;
  const what = given.options.has('output') ? '--output' : 'standard output';
  const inputs = run.readInputs(true, {}, isName, {
    what,
    path: output.path,
    isAppended: output.how === 'append',
  });
  checkOutput(output, terminal);
  const writes = await run.fetch(inputs, (asked) => format.check(assignmentsOf(asked)));
  try {
    throwIfCancelled(signals.stop);
    // Of the commands that hide a value, only those of the runner that runs this job are not the value in a log.
    if (name === 'github' && world.environment['GITHUB_ACTIONS'] === 'true') await reportMasks(context);
    // Only Azure Pipelines has a command for masks that is part of the text.
    const masks = name === 'azure' ? await masksOf(writes, context, inputs.masking.minLength) : [];
    const text = format.render(assignmentsOf(writes), masks);
    await writeOutput(world, text, output);
  } catch (error) {
    await run.releaseCustody();
    throw error;
  }
  return 0;
}

/** Errors: UsageError. */
function outputOf({ world, signals, arguments: given }: Context, format: FormatName): Output {
  const path = given.options.get('output')?.at(-1) ?? '-';
  if (path === '')
    throw new UsageError('Option --output is empty.', 'Write --output FILE; - is standard output.');
  return {
    path: path === '-' ? path : resolve(world.directory, path),
    // GitHub's files collect what every step adds; any other file is only this command's.
    how: format === 'github' ? 'append' : 'replace',
    stop: signals.stop,
  };
}

function assignmentsOf(writes: readonly Write[]): Assignment[] {
  return writes.map(({ name, value, source, unmasked = false }) => ({ name, value, source, unmasked }));
}

/** Only the forms of the values: the output may outlive the login, so it must not contain the login's own secrets. */
async function masksOf(
  writes: readonly Write[],
  { terminal, signals }: Context,
  minLength: number,
): Promise<string[]> {
  const pace = new Pace({ clock: systemClock, signal: signals.stop, deadlineAtMs: Number.POSITIVE_INFINITY });
  const known = new Set(terminal.masks);
  const masks = new Set<string>();
  for (const { value } of writes) {
    const forms = await pace.through(formsInSteps(value, minLength, terminal));
    for (const form of forms) if (known.has(form)) masks.add(form);
    await pace.turn();
  }
  return [...masks].sort((a, b) => b.length - a.length);
}

async function reportMasks({ world, terminal }: Context): Promise<void> {
  const lines = terminal.masks.map((mask) => `${addMask(mask)}\n`);
  await writeTo(world.stderr, lines.join(''));
}

function formatOf(word: string | undefined): FormatName {
  const names = Object.keys(EXPORT_FORMATS);
  if (word !== undefined && Object.hasOwn(EXPORT_FORMATS, word)) return word as FormatName;
  throw new UsageError(
    word === undefined ? 'The command export needs a format.' : 'There is no such format.',
    `Write --format and one of ${names.join(', ')}.`,
  );
}

function readersOf(words: string | undefined, format: FormatName): readonly DotenvReader[] | undefined {
  if (words === undefined) return undefined;
  if (format !== 'dotenv') {
    throw new UsageError('Option --readers is for --format dotenv.', 'Leave it out, or write both.');
  }
  const given = words.split(',').map((word) => word.trim());
  const known = DOTENV_READERS.filter((reader) => given.includes(reader));
  if (known.length > 0 && given.every((word) => (DOTENV_READERS as readonly string[]).includes(word)))
    return known;
  throw new UsageError(
    'There is no such reader of .env files.',
    `Write --readers and some of ${DOTENV_READERS.join(',')}`,
  );
}
