import { columnsOfTerminal } from '../../platform/terminal/columns.js';
import { tableText } from '../../platform/terminal/table.js';
import { UsageError } from '../options/usage-error.js';
import { writeTo } from '../write.js';
import { isGiven, type NounCall } from './verb.js';

/** What a verb prints: a table for a person, and a document for a program. */
export interface Printed {
  readonly heads: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** The document of `--output json`. Its members stay as they are; new ones may come. */
  readonly json: unknown;
}

/** Prints to standard output. A table fits the terminal it is printed to. */
export async function print({ context, format }: NounCall, { heads, rows, json }: Printed): Promise<void> {
  const { world } = context;
  const width = world.stdout.isTTY === true ? columnsOfTerminal(world.environment) : undefined;
  const text = format === 'json' ? `${JSON.stringify(json, null, 2)}\n` : tableText(heads, rows, width);
  await writeTo(world.stdout, text);
}

/** Whether values are printed. Errors: UsageError, where they would reach something else than a terminal unasked. */
export function isRevealing(call: NounCall): boolean {
  if (!isGiven(call, 'reveal')) return false;
  if (call.context.world.stdout.isTTY === true || isGiven(call, 'yes')) return true;
  throw new UsageError(
    'Option --reveal prints values, and standard output is not a terminal.',
    `Write --reveal --yes to print them all the same, or run it at a terminal.`,
  );
}
