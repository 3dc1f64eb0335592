import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  openSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type ChangeRecord, recordCef, recordJson, recordText } from '../../core/changes/change-record.js';
import { codeOf, SeguraError } from '../../core/errors.js';
import { printable } from '../../core/printable.js';
import { diskRemedy } from '../../platform/disk/disk-remedy.js';
import { systemClock } from '../../platform/process/clock.js';
import { UsageError } from '../options/usage-error.js';
import { isGiven, lastOf, type NounCall } from './verb.js';

/** What a verb says of its change; the rest of the record is the same for all of them. */
export type Changed = Pick<
  ChangeRecord,
  'client' | 'vault' | 'target' | 'outcome' | 'versionBefore' | 'versionAfter' | 'fields'
> & { readonly requestId: string | undefined };

/** The audit of one call: opened before anything is sent, so that no change is made that cannot be recorded. */
export interface Audit {
  /** Prints the line of one change, and adds it to the audit file. Errors: FILE_REFUSED. */
  report(changed: Changed): void;
  close(): void;
}

/** Errors: UsageError, FILE_REFUSED. */
export function openAudit(call: NounCall): Audit {
  const { terminal, world } = call.context;
  const format = lastOf(call, 'audit-format') || 'json';
  if (format !== 'json' && format !== 'cef')
    throw new UsageError('There is no such format of the audit file.', 'Write --audit-format json or cef.');
  const file = lastOf(call, 'audit-file');
  if (file === '' && call.context.arguments.options.has('audit-format'))
    throw new UsageError('Option --audit-format is for --audit-file.', 'Leave it out, or give both.');
  const path = resolve(world.directory, file);
  if (file !== '' && isGiven(call, 'dry-run')) probe(path, file);
  // A full disk can leave half a line, and so can an editor.
  let lineEnd = file !== '' && isWithinLine(path) ? '\n' : '';
  const handle = file === '' || isGiven(call, 'dry-run') ? undefined : open(path, file);
  return {
    report: (changed) => {
      const record: ChangeRecord = {
        ...changed,
        time: new Date(systemClock.nowMs()).toISOString(),
        change: call.name.replace(' ', '.'),
        requestId: changed.requestId ?? null,
      };
      terminal.notice(recordText(record));
      if (handle === undefined) return;
      try {
        // One write, so that the lines of several processes stay whole.
        const line = Buffer.from(lineEnd + (format === 'cef' ? recordCef(record) : recordJson(record)));
        lineEnd = '';
        if (writeSync(handle, line) < line.length)
          throw Object.assign(new Error('short'), { code: 'ENOSPC' });
      } catch (error) {
        const isDone = record.outcome === 'done';
        const note = `${isDone ? 'The change was made, and its' : 'Its'} line is above. `;
        const problem = notWritten(file, codeOf(error), note);
        if (isDone) throw problem;
        // The error of the change follows, and counts more.
        terminal.warning(problem.messageText);
      }
    },
    close: () => {
      if (handle !== undefined) closeSync(handle);
    },
  };
}

const APPEND = constants.O_APPEND | constants.O_CREAT | constants.O_WRONLY | (constants.O_NONBLOCK ?? 0);

function open(path: string, file: string): number {
  try {
    // A pipe without a reader would be waited for, deaf to signals.
    const handle = openSync(path, APPEND, 0o600);
    if (fstatSync(handle).isFile()) return handle;
    closeSync(handle);
  } catch (error) {
    throw notWritten(file, codeOf(error));
  }
  throw notWritten(file, 'it is not a regular file');
}

/** Whether a file does not end with the end of a line. One that cannot be read is not said to. */
function isWithinLine(path: string): boolean {
  try {
    const found = statSync(path);
    if (!found.isFile() || found.size === 0) return false;
    const last = Buffer.alloc(1);
    const handle = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      return readSync(handle, last, 0, 1, found.size - 1) === 1 && last.toString() !== '\n';
    } finally {
      closeSync(handle);
    }
  } catch {
    return false;
  }
}

/** Whether it could be opened, as far as that can be told without a change of the disk. */
function probe(path: string, file: string): void {
  let isFile: boolean;
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    accessSync(found === undefined ? dirname(path) : path, constants.W_OK);
    isFile = found === undefined || found.isFile();
  } catch (error) {
    throw notWritten(file, codeOf(error));
  }
  if (!isFile) throw notWritten(file, 'it is not a regular file');
}

function notWritten(file: string, code: string, note = 'Nothing was sent. '): SeguraError {
  return new SeguraError(
    'FILE_REFUSED',
    `The audit file ${printable(file)} cannot be written (${code}). ${note}`.trim(),
    diskRemedy(code) ?? 'Give a file that this user may write: --audit-file FILE.',
  );
}
