import type { BigIntStats } from 'node:fs';
import { resolve } from 'node:path';
import { isatty } from 'node:tty';
import { SeguraError } from '../../../core/errors.js';
import type { Injector } from '../../../core/job/inject/injection.js';
import { throwIfCancelled } from '../../../core/pace.js';
import type { FileStore, OpenedFile } from '../../../core/ports.js';
import { printable } from '../../../core/printable.js';
import { isVariableName } from '../../../core/requests/variable-names.js';
import { type Context, openRun } from '../../context.js';
import { endedBySignals } from '../../ended-by-signals.js';
import { UsageError } from '../../options/usage-error.js';
import type { ProcessContext } from '../../process.js';
import { checkOutput, type Output, writeOutput } from '../../write.js';
import { lineFor, type OneFile } from './one-file.js';

/** The most that is read, as of every file that gets values. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Makes one file, or prints it. Custody stays taken until `release`, as it does for `export`. */
export async function makeOneFile(context: Context, one: OneFile): Promise<number> {
  const { world, terminal, signals } = context;
  const output = outputOf(context, one);
  const bytes = await bytesOf(context, one);
  const making = new Making(one, bytes);
  const run = await openRun(withOptions({ ...context, world: making.worldOn(world) }));
  const what = output.path === '-' ? 'standard output' : '--out-file';
  const inputs = run.readInputs(true, {}, isVariableName, { what, path: output.path, isAppended: false });
  checkOutput(output, terminal);
  await run.fetch(inputs, () => []);
  try {
    throwIfCancelled(signals.stop);
    await writeOutput(world, making.text(), output);
  } catch (error) {
    await run.releaseCustody();
    throw error;
  }
  return 0;
}

/** Errors: INPUT_INVALID for a terminal that no one asked for. */
function outputOf({ world, signals }: Context, { to }: OneFile): Output {
  if (to === undefined && world.stdout.isTTY === true) {
    throw new SeguraError(
      'INPUT_INVALID',
      'Standard output is a terminal, which would show the values.',
      'Give --out-file FILE, or --out-file - to show them.',
    );
  }
  const path = to === undefined || to === '-' ? '-' : resolve(world.directory, to);
  return { path, how: 'replace', stop: signals.stop };
}

/** Errors: FILE_REFUSED, INPUT_INVALID, UsageError. */
async function bytesOf(context: Context, { from }: OneFile): Promise<Buffer> {
  const { world, terminal, signals, arguments: given } = context;
  if (from !== undefined) return terminal.files.read(from, MAX_BYTES);
  if (given.options.get('client-secret-file')?.at(-1) === '-')
    throw new UsageError(
      'Standard input cannot be the template and the client secret.',
      'Give --in-file FILE, or the client secret by a file.',
    );
  if (isatty(0))
    throw new SeguraError(
      'INPUT_INVALID',
      'Standard input is a terminal, and no template.',
      'Give --in-file FILE, or a template on standard input.',
    );
  const read = () => world.readStandardInput('', signals.stop);
  return Buffer.from(await endedBySignals(signals, world.system, read));
}

/** The file itself is what the user asked for: nothing restores it. */
function withOptions(context: Context): Context {
  const { arguments: given } = context;
  const options = new Map([...given.options, ['inject-restore', ['false']] as const]);
  return { ...context, arguments: { ...given, options } };
}

/** Stands in for the disk of the one file: what would be written there is kept. */
class Making {
  readonly #one: OneFile;
  readonly #bytes: Buffer;
  #made: Buffer | undefined;

  constructor(one: OneFile, bytes: Buffer) {
    this.#one = one;
    this.#bytes = bytes;
  }

  worldOn(world: ProcessContext): ProcessContext {
    const injector: ProcessContext['injector'] = async (raw) => {
      const { from, to } = this.#one;
      if (raw.inject !== '' && from === undefined)
        throw new UsageError('With --inject, the file has to have a name.', 'Give --in-file FILE.');
      // Without a name of its own, a file is of the format of what it is made from.
      const target = to === undefined || to === '-' ? (from?.replace(/\.liquid$/i, '') ?? '-') : to;
      const templates = raw.inject === '' ? lineFor(from ?? 'standard input', `${target}`) : '';
      const found = await world.injector({ ...raw, templates }, this.#files);
      return found === undefined ? undefined : this.#kept(found);
    };
    return Object.create(world, { injector: { value: injector } }) as ProcessContext;
  }

  /** Errors: FILE_REFUSED for what standard output and files of text cannot carry. */
  text(): string {
    const bytes = this.#made ?? this.#bytes;
    const text = bytes.toString();
    if (Buffer.from(text).equals(bytes)) return text;
    throw new SeguraError(
      'FILE_REFUSED',
      `The file ${printable(this.#one.from ?? '')} is not UTF-8 text.`,
      'Copy the file, and give the values to the copy: --inject without --in-file.',
    );
  }

  get #files(): Pick<FileStore, 'open' | 'read' | 'check'> {
    return {
      check: () => [],
      read: () => this.#bytes,
      open: async (path) => {
        if (path === this.#one.from) return this.#opened(path);
        throw new SeguraError(
          'INPUT_INVALID',
          `--inject names the file ${printable(path)}, and --in-file ${printable(this.#one.from ?? '')}.`,
          `Write ${printable(this.#one.from ?? 'FILE')}#PLACE, as --in-file has it.`,
          { cause: Object.assign(new Error('another file'), { code: 'ENOENT' }) },
        );
      },
    };
  }

  #opened(path: string): OpenedFile {
    // Nothing looks at what the system says of it: no file is replaced.
    return { shown: path, path, bytes: this.#bytes, found: {} as BigIntStats };
  }

  #kept(injector: Injector): Injector {
    return {
      ...injector,
      requests: injector.requests.map((request) => ({
        ...request,
        destinations: request.destinations.map((each) =>
          each.kind === 'inject' ? { ...each, path: '' } : each,
        ),
      })),
      warnings: [],
      paths: [],
      made: [],
      make: async (values) => {
        const made = await injector.make(values);
        this.#made = made.changes[0]?.bytes;
        return { ...made, changes: [] };
      },
    };
  }
}
