import { openOutputs } from '../../platform/process/output-file.js';

// Others have the same open files: Node's own streams, which would change those, are never made. Node itself asks for
// them, as parts of it are loaded and whenever a connection is closed.
export const outputs = openOutputs(process.platform);
if (process.platform !== 'win32') {
  for (const name of ['stdout', 'stderr'] as const)
    Object.defineProperty(process, name, { configurable: true, get: () => outputs[name] });
}
