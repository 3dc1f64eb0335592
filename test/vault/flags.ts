import { parseArgs } from 'node:util';
import type { Dialect } from './index.js';

/** The flags of `npm run vault`, as its help shows them. */
export const USAGE = `Starts the embedded vault with sample data. Flags, after npm run vault --:

  --port NUMBER     0 (any free port) to 65535; default 0
  --host ADDRESS    an address of this machine; default 127.0.0.1
  --dialect NAME    iso: up to 3.32; api: 3.33 and newer; coe: only the old read; default iso
  --tls on|off      default on
  --help            prints this`;

/** A flag that is unknown, or has a value that is not accepted. */
export class WrongFlag extends Error {}

export interface Flags {
  readonly port: number;
  readonly host: string;
  readonly dialect: Dialect;
  readonly tls: 'off' | 'valid';
}

/** What the flags say. Errors: WrongFlag. */
export function readFlags(args: string[]): Flags {
  const { port, host, dialect, tls } = parsed(args);
  return { port: readPort(port), host, dialect: readDialect(dialect), tls: readTls(tls) };
}

function parsed(args: string[]) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        port: { type: 'string', default: '0' },
        host: { type: 'string', default: '127.0.0.1' },
        dialect: { type: 'string', default: 'iso' },
        tls: { type: 'string', default: 'on' },
      },
    });
    return values;
  } catch (error) {
    // Of what Node says, the first sentence names the flag.
    throw new WrongFlag(String((error as Error).message).split(/\. |\n/)[0]);
  }
}

function readDialect(value: string): Dialect {
  if (value === 'iso' || value === 'api' || value === 'coe') return value;
  throw new WrongFlag(`--dialect is "${value}": write iso, api or coe.`);
}

function readPort(value: string): number {
  const number = Number(value);
  if (Number.isInteger(number) && number >= 0 && number <= 65_535) return number;
  throw new WrongFlag(`--port is "${value}": write a number from 0 to 65535.`);
}

function readTls(value: string): 'off' | 'valid' {
  if (value === 'on' || value === 'off') return value === 'on' ? 'valid' : 'off';
  throw new WrongFlag(`--tls is "${value}": write on or off.`);
}
