#!/usr/bin/env node
// First, so that it runs before anything else is loaded.
import './outputs.js';
import { briefAnswer } from '../../cli/options/brief-answer.js';
import { leaveAs } from '../../platform/process/leave.js';
import { writeNow } from '../../platform/process/write-now.js';

const words = process.argv.slice(2);
const answer = briefAnswer(words);
if (answer !== undefined && writeNow(1, answer)) leaveAs(0, process.platform);
// The rest is in the same file, and is evaluated only here.
const { runCommand } = await import(/* webpackMode: "eager" */ './command.js');
await runCommand(words);
