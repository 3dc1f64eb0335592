import { setImmediate } from 'node:timers/promises';
import { SeguraError } from '../core/errors.js';
import type { Terminal } from '../platform/terminal/terminal.js';
import type { ProcessContext } from './process.js';

/** Terminals that already got the warning: a command may check more than once. */
const warned = new WeakSet<object>();

/** Reports the state of Node's debugger, which can read every secret. Errors: PLATFORM_UNSUPPORTED when it is in use. */
export async function rejectDebugger(
  { closeInspector }: Pick<ProcessContext, 'closeInspector'>,
  terminal: Pick<Terminal, 'warning'>,
): Promise<void> {
  const became = closeInspector();
  if (became === 'none') return;
  if (became === 'attached') {
    throw new SeguraError(
      'PLATFORM_UNSUPPORTED',
      "A SIGUSR1 opened Node's debugger while this started, and a program is connected to it, which can read every secret.",
      'End that program, send no SIGUSR1 while segura-secrets starts, and run it again.',
    );
  }
  if (!warned.has(terminal)) terminal.warning(WARNINGS[became]);
  warned.add(terminal);
  if (became === 'asked for') return;
  // A signal has Node open it in two ways, the second when events are next looked for.
  await setImmediate();
  await rejectDebugger({ closeInspector }, terminal);
}

const WARNINGS = {
  closed: "A SIGUSR1 opened Node's debugger while this started. It is closed again.",
  'asked for': "Node's debugger is open (--inspect): a program that connects to it can read every secret.",
} as const;
