import { SeguraError } from '../../core/errors.js';
import { printable } from '../../core/printable.js';

/** The exit code of our own failure, distinct from those of the command, as in env, timeout and docker. */
export const OWN_FAILURE = 125;

/** A command that could not be started; `exitCode` is that of a shell. */
export class CommandNotRun extends SeguraError {
  readonly exitCode: number;

  constructor(command: string, code: string) {
    super(
      'INPUT_INVALID',
      command === ''
        ? 'The command to run is empty.'
        : `The command ${printable(command)} could not be run (${code}).`,
      remedyOf(command, code),
    );
    this.exitCode = code === 'ENOENT' ? 127 : 126;
  }
}

function remedyOf(command: string, code: string): string {
  if (command === '') return 'Write its name after "--". If you use a variable there, check that it is set.';
  return code === 'ENOENT'
    ? 'Check its name and PATH. A built-in command of a shell needs that shell: exec -- sh -c "…"'
    : 'Check that it is a program that this user may run.';
}
