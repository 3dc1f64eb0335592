import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** The state of Node's debugger: none was open, it was closed, a flag asks for it, or a program is attached to it. */
export type Inspector = 'none' | 'closed' | 'asked for' | 'attached';

const ASKED = /^--inspect(?:-brk|-wait)?(?:=|$)/;
/** How a system writes the state of a connection that both sides have. Source: proc_net_tcp.txt of Linux. */
const ESTABLISHED = '01';

/**
 * Closes the debugger that a SIGUSR1 opens which comes before anything listens for it: whoever connects there can read
 * this process. `flags` are those of Node, of its command line and NODE_OPTIONS. To be asked before a connection is made.
 */
export function closeInspector(flags: readonly string[]): Inspector {
  // Loading what knows of it takes longer than the start of some commands, and it needs a socket.
  if (!mayListen()) return 'none';
  const inspector = process.getBuiltinModule('node:inspector');
  const url = inspector.url();
  if (url === undefined) return 'none';
  if (flags.some((flag) => ASKED.test(flag))) return 'asked for';
  // Closing waits for whoever is connected.
  if (isConnected(Number(new URL(url).port))) return 'attached';
  inspector.close();
  return 'closed';
}

function mayListen(): boolean {
  try {
    return readdirSync('/proc/self/fd').some((number) => Number(number) > 2 && isSocket(number));
  } catch {
    return process.platform !== 'win32';
  }
}

function isSocket(number: string): boolean {
  try {
    return readlinkSync(`/proc/self/fd/${number}`).startsWith('socket:');
  } catch {
    return false;
  }
}

function isConnected(port: number): boolean {
  const end = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return ['/proc/self/net/tcp', '/proc/self/net/tcp6'].some((path) => {
    try {
      const rows = readFileSync(path, 'utf8').split('\n');
      return rows.some((row) => {
        const [, local = '', , state] = row.trim().split(/\s+/);
        return local.endsWith(end) && state === ESTABLISHED;
      });
    } catch {
      return false;
    }
  });
}
