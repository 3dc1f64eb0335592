import type { Writable } from 'node:stream';
import { plainJson } from '../../core/changes/plain-json.js';
import { codeOf, SeguraError } from '../../core/errors.js';
import { printableUpTo } from '../../core/printable.js';
import { columnsOfTerminal } from '../../platform/terminal/columns.js';
import { tableText } from '../../platform/terminal/table.js';
import { UsageError } from '../options/usage-error.js';
import { writeTo } from '../write.js';
import { isGiven, type NounCall } from './verb.js';

const MAX_CELL = 10_000;

/** A text, which is made fit for a line of a log, or a value, which is printed whole: in JSON where it has other than plain characters. */
export type Cell = string | { readonly value: string };

/** What a verb prints: a table for a person, and a document for a program. */
export interface Printed {
  readonly heads: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** The document of `--output json`. Its members stay as they are; new ones may come. */
  readonly json: unknown;
}

/**
 * Prints to standard output. A table fits the terminal it is printed to. `isOnlyCopy`: what is printed is nowhere else, so a
 * reader that ends early is a failure too. Errors: FILE_REFUSED.
 */
export async function print(
  { context, format }: NounCall,
  { heads, rows, json }: Printed,
  isOnlyCopy = false,
): Promise<void> {
  const { world } = context;
  const write = isOnlyCopy ? writeTo : writeShown;
  if (format === 'json') return await write(world.stdout, `${plainJson(JSON.stringify(json, null, 2))}\n`);
  const hasValues = rows.some((row) => row.some((cell) => typeof cell === 'object'));
  const isFitted = world.stdout.isTTY === true && !hasValues;
  const width = isFitted ? columnsOfTerminal(world.environment) : undefined;
  await write(
    world.stdout,
    tableText(
      heads,
      rows.map((row) => row.map(textOf)),
      width,
    ),
  );
}

/** A reader such as `head` that ends early has all that it wants, and what the command does is done. Errors: FILE_REFUSED. */
async function writeShown(stream: Writable, text: string): Promise<void> {
  try {
    await writeTo(stream, text);
  } catch (error) {
    if (!(error instanceof SeguraError && codeOf(error.cause) === 'EPIPE')) throw error;
  }
}

function textOf(cell: Cell): string {
  if (typeof cell === 'string') return printableUpTo(MAX_CELL, cell);
  return /^[\x21-\x7e\xa1-\xac\xae-\u024f][\x20-\x7e\xa1-\xac\xae-\u024f]*$/.test(cell.value) &&
    !/ $|##/.test(cell.value)
    ? cell.value
    : plainJson(JSON.stringify(cell.value)).replaceAll(/[^\x20-\x7e]/g, escaped);
}

/** In the form of JSON, so that no character hides or moves what stands beside it. */
function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
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
