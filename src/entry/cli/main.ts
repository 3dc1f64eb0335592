#!/usr/bin/env node
// First, so that it runs before anything else is loaded.
import './outputs.js';
import { briefAnswer } from '../../cli/options/brief-answer.js';
import { programFault } from '../../cli/program-fault.js';
import { leaveAs } from '../../platform/process/leave.js';
import { writeNow } from '../../platform/process/write-now.js';

const args = process.argv.slice(2);
const answer = briefAnswer(args);
if (answer !== undefined && writeNow(1, answer)) leaveAs(0, process.platform);
// The rest is in the same file, and is evaluated only here.
const { runCommand } = await import(/* webpackMode: "eager" */ './command.js').catch(reportUnreadable);
await runCommand(args);

/** Reports that the rest of the file cannot be read: the usual reporting code is in that rest. */
function reportUnreadable(error: unknown): never {
  const text = programFault(error);
  if (text === undefined) throw error;
  writeNow(2, text);
  return leaveAs(
    args[0] === 'exec' || (args[0] === 'inject' && args.includes('--')) ? 125 : 1,
    process.platform,
  );
}
