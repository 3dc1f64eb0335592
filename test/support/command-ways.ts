import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { VaultOptions } from '../vault/index.js';
import { Desk } from './command-line.js';
import { type OpenWay, openWay, type Way } from './ways.js';

/** A desk whose environment has the settings of one way to log in, and nothing else of a login. */
export interface WayDesk extends OpenWay {
  readonly desk: Desk;
  /** Writes a fresh identity token into the file that the settings name, as Kubernetes does to a projected token. */
  rotate(expiresInSeconds?: number): Promise<string>;
}

/** A vault that takes one way only, and a desk at it; an identity token lies in a file. Both are gone when the test ends. */
export async function openWayDesk(way: Way, options: VaultOptions = {}): Promise<WayDesk> {
  const open = await openWay(way, options);
  const desk = new Desk(open.vault);
  onTestFinished(async () => {
    desk.close();
    await open.close();
  });
  for (const name of ['CLIENT_ID', 'CLIENT_SECRET']) delete desk.env[`SENHASEGURA_${name}`];
  Object.assign(desk.env, variablesOf(open.inputs));
  const file = join(desk.folder, 'id-token');
  const rotate = async (expiresInSeconds?: number): Promise<string> => {
    const token = await open.identityToken(expiresInSeconds);
    writeFileSync(file, `${token}\n`, { mode: 0o600 });
    return token;
  };
  if (way.includes('oidc')) {
    await rotate();
    Object.assign(desk.env, variablesOf({ 'oidc-provider': 'file', 'oidc-token': file }));
  }
  return { ...open, desk, rotate };
}

/** Inputs as the environment variables of the command line. */
export function variablesOf(inputs: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [
      `SENHASEGURA_${name.toUpperCase().replaceAll('-', '_')}`,
      value,
    ]),
  );
}
