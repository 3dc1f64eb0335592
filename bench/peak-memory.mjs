// Preloaded into a process that is measured: writes its peak of resident memory, in KiB, to a file when it ends.
import { readFileSync, writeFileSync } from 'node:fs';

process.on('exit', () => {
  writeFileSync(process.env.PEAK_MEMORY_FILE, String(peakKib()));
});

/** On Linux a process inherits the maximum that `resourceUsage` tells from the one that started it: VmHWM is its own. */
function peakKib() {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS;
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
}
