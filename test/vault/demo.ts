import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { introduction, logLine } from './demo-text.js';
import { readFlags, USAGE, WrongFlag } from './flags.js';
import { startVault, type Vault } from './index.js';
import { dynamicSecret } from './sample-secrets.js';

/** No other secret of the sample has it. */
const DYNAMIC_ID = 301;

export interface Demo {
  readonly vault: Vault;
  /** Closes the vault and removes its CA file. */
  stop(): Promise<void>;
}

/**
 * A vault with sample data to try a client against: prints how to reach it and a workflow to copy, then one line
 * per request and custody change. Requests are printed without bodies, queries and secrets. Errors: WrongFlag.
 */
export async function demonstrate(args: string[], print: (line: string) => void): Promise<Demo> {
  const vault = await startVault(readFlags(args));
  vault.data.secrets.push(dynamicSecret(DYNAMIC_ID, 'billing/db', 900));
  vault.authorization('ci').secretIds.push(DYNAMIC_ID);
  const folder = await mkdtemp(join(tmpdir(), 'segura-vault-'));
  const caFile = join(folder, 'ca.pem');
  await writeFile(caFile, vault.caCertificate);
  for (const line of introduction(vault, caFile)) print(line);
  const stopLogging = vault.journal.subscribe((entry) => print(logLine(entry, vault.data)));
  return {
    vault,
    stop: async () => {
      stopLogging();
      await vault.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** `npm run vault` with these arguments; undefined if no vault was started, as with `--help` or a wrong flag. */
export async function runVault(args: string[]): Promise<Demo | undefined> {
  if (args.some((word) => word === '--help' || word === '-h')) {
    console.log(USAGE);
    return undefined;
  }
  try {
    return await demonstrate(args, (line) => console.log(line));
  } catch (error) {
    if (error instanceof WrongFlag) {
      console.error(`${error.message}\n\n${USAGE}`);
      process.exitCode = 2;
      return undefined;
    }
    const { code, port } = Object(error);
    if (!['EADDRINUSE', 'EACCES'].includes(code)) throw error;
    const why = code === 'EACCES' ? 'is not open to this user' : 'is in use';
    console.error(`Port ${port} ${why}. Write another one, or leave out --port for any that is free.`);
    process.exitCode = 1;
    return undefined;
  }
}
