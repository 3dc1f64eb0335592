import type { Child } from './exec/child.js';

/**
 * Lets ctrl-Z, which reaches only this process, stop a command that leads a group of its own. SIGCONT is passed on as
 * other signals are. SIGTSTP would do nothing there: a group whose shell is in another session ignores it.
 */
export function stopWith(child: Child): void {
  process.on('SIGTSTP', () => {
    child.kill('SIGSTOP');
    process.kill(process.pid, 'SIGSTOP');
  });
}
