import { setImmediate } from 'node:timers/promises';
import { SeguraError } from '../core/errors.js';
import type { Terminal } from '../platform/terminal/terminal.js';
import type { ProcessContext } from './process.js';

/** Terminals that said so already: a command may ask more than once. */
const told = new WeakSet<object>();

/** Says what became of Node's debugger, by which every secret can be read. Errors: PLATFORM_UNSUPPORTED when it is in use. */
export async function refuseDebugger(
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
  if (!told.has(terminal)) terminal.warning(WARNINGS[became]);
  told.add(terminal);
  if (became === 'asked for') return;
  // A signal has Node open it in two ways, the second when events are next looked for.
  await setImmediate();
  await refuseDebugger({ closeInspector }, terminal);
}

const WARNINGS = {
  closed: "A SIGUSR1 opened Node's debugger while this started. It is closed again.",
  'asked for': "Node's debugger is open (--inspect): a program that connects to it can read every secret.",
} as const;
