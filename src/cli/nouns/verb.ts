import type { Outcome } from '../../platform/process/leave.js';
import type { Context } from '../context.js';
import type { Settings } from '../options/settings.js';
import type { NounHelp } from './noun-help.js';
import type { NounOption } from './noun-options.js';

/** One call of a verb, whose options and operands are known to fit it. */
export interface NounCall {
  readonly context: Context;
  readonly settings: Settings;
  /** As they are called: `secret put`. */
  readonly name: string;
  /** One for each name in `operands` of the verb. */
  readonly operands: readonly string[];
  readonly format: 'table' | 'json';
  /** Which of the endpoints its noun is read at; undefined where there is only one. */
  readonly endpoint: NounHelp['endpoint'];
}

/**
 * What a verb does; the result is the exit code, or the signal by which to end. A verb that reads opens the vault by `withVault` and prints by `print`. One
 * that writes plans first, then calls `confirm`, sends by `sendChange`, judges, and calls `report` of its audit.
 */
export type Verb = (call: NounCall) => Promise<Outcome>;

export function isGiven({ context }: NounCall, name: NounOption): boolean {
  return /^true$/i.test(context.arguments.options.get(name)?.at(-1) ?? '');
}

/** The last value of an option; empty when it was not given. */
export function lastOf({ context }: NounCall, name: NounOption): string {
  return context.arguments.options.get(name)?.at(-1) ?? '';
}

export function allOf({ context }: NounCall, name: NounOption): readonly string[] {
  return context.arguments.options.get(name) ?? [];
}
