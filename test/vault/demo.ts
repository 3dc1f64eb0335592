import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { introduction, logLine } from './demo-text.js';
import { type Dialect, startVault, type Vault } from './index.js';

export interface Demo {
  readonly vault: Vault;
  /** Closes the vault and removes its CA file. */
  stop(): Promise<void>;
}

/**
 * A vault with sample data to try a client against: prints how to reach it and a workflow to copy, then one line
 * per request and custody change. Requests are printed without bodies, queries and secrets.
 */
export async function demonstrate(args: string[], print: (line: string) => void): Promise<Demo> {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: 'string', default: '0' },
      host: { type: 'string', default: '127.0.0.1' },
      dialect: { type: 'string', default: 'iso' },
      tls: { type: 'string', default: 'on' },
    },
  });
  const vault = await startVault({
    port: port(values.port),
    host: values.host,
    dialect: dialect(values.dialect),
    tls: values.tls === 'off' ? 'off' : 'valid',
  });
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

function dialect(value: string): Dialect {
  if (value === 'iso' || value === 'api' || value === 'coe') return value;
  throw new Error(`--dialect is "${value}": write iso, api or coe.`);
}

function port(value: string): number {
  const number = Number(value);
  if (Number.isInteger(number) && number >= 0 && number <= 65_535) return number;
  throw new Error(`--port is "${value}": write a number from 0 to 65535.`);
}
