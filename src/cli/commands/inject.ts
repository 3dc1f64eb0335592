import type { Outcome } from '../../platform/process/leave.js';
import { type Context, openRun } from '../context.js';
import { UsageError } from '../options/usage-error.js';
import { lineFor, type OneFile, readOneFile } from '../run/files/one-file.js';

/**
 * Puts values into files, or makes files from templates: one file by `--in-file` or `--stdin`, else those of `--inject` and
 * `--templates`. These stay so until `release`, or as long as a command runs.
 */
export async function injectFiles(context: Context): Promise<Outcome> {
  const { arguments: given } = context;
  const one = readOneFile(given);
  if (given.child !== undefined) {
    const { exec } = await import(/* webpackMode: "eager" */ './exec.js');
    return exec(one === undefined ? context : withLine(context, one));
  }
  if (one !== undefined) {
    const { makeOneFile } = await import(/* webpackMode: "eager" */ '../run/files/make-one-file.js');
    return makeOneFile(context, one);
  }
  const run = await openRun(context);
  const inputs = run.readInputs(true);
  if (inputs.injection.injector === undefined) {
    throw new UsageError(
      'The command inject has no file to change.',
      'Give --inject, --templates, or --in-file FILE.',
    );
  }
  await run.fetch(inputs, () => []);
  return 0;
}

/** One more line of `--templates`, so that the file is there while the command runs. Errors: UsageError. */
function withLine(context: Context, one: OneFile): Context {
  const { arguments: given } = context;
  if (one.from === undefined || one.to === undefined) {
    throw new UsageError(
      'A file for a command needs a template and a name.',
      'Give --in-file TEMPLATE --out-file FILE.',
    );
  }
  const lines = [...(given.options.get('templates') ?? []), lineFor(one.from, one.to)];
  return {
    ...context,
    arguments: { ...given, options: new Map([...given.options, ['templates', lines]]) },
  };
}
