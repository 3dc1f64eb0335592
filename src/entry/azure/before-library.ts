// Imported before the Azure library, and so run before it: what it would print or take away as it loads.
import { mkdirSync } from 'node:fs';
import { outliveReaders } from '../../platform/process/output.js';
import { environmentBytes } from '../../platform/process/size-limits.js';

const { env } = process;

/** The state of an earlier try, or of main for post: the library moves this variable out of the environment. */
export const state = env['VSTS_TASKVARIABLE_SEGURA_LEDGER'] ?? '';

/** How much stands in the environment, of which the library takes out inputs and secrets. */
export const bytes = environmentBytes(env);

// Its debug lines show every input and the agent's proxy password: with these two it writes none.
env['DISTRIBUTEDTASK_TASKS_NODE_SKIPDEBUGLOGSWHENDEBUGMODEOFF'] = 'true';
env['SYSTEM_DEBUG'] = 'false';

// It keeps a key there and fails as it loads without the folder, which a step in between may have removed.
const temp = env['AGENT_TEMPDIRECTORY'] ?? '';
try {
  if (temp !== '') mkdirSync(temp, { recursive: true });
} catch {
  // What then needs the folder says so.
}

outliveReaders();
