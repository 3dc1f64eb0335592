import { openOutputs } from '../platform/output-file.js';

// Others have the same open files: Node's own streams, which would change those, are never made. Node itself asks for
// them, as parts of it are loaded and whenever a connection is closed.
const outputs = openOutputs(process.platform);
for (const [name, stream] of Object.entries(outputs)) {
  if (process.platform !== 'win32') Object.defineProperty(process, name, { value: stream });
  // A reader that leaves must not end this process, which has custody to give back first.
  stream.on('error', () => undefined);
}

export const { stdout, stderr } = outputs;
