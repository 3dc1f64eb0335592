import type { Child } from './exec/child.js';

/**
 * Lets ctrl-Z, which reaches only this process, stop a command that leads its own group. SIGCONT is passed on like other
 * signals. SIGTSTP has no effect there: a group whose shell is in another session ignores it.
 */
export function stopWith(child: Child): void {
  process.on('SIGTSTP', () => {
    child.kill('SIGSTOP');
    process.kill(process.pid, 'SIGSTOP');
  });
}
