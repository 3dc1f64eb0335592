import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { deskAt } from './support/desk-fixture.js';
import { isWindows } from './support/skips.js';
import { openVault } from './vault/vault-fixture.js';

const FILE = join(import.meta.dirname, '../docs/COMMANDS.md');

/** The document, with what each command of its transcripts prints now. */
async function transcribed(text: string, run: (command: string) => Promise<string>): Promise<string> {
  const parts: string[] = [];
  for (const part of text.split(/(```console\n[\s\S]*?```)/)) {
    const commands = part.startsWith('```console') ? [...part.matchAll(/^\$ (.*)$/gm)] : [];
    if (commands.length === 0) parts.push(part);
    else {
      const printed: string[] = [];
      for (const [, command = ''] of commands) printed.push(`$ ${command}\n${await run(command)}`);
      parts.push(`\`\`\`console\n${printed.join('')}\`\`\``);
    }
  }
  return parts.join('');
}

test.skipIf(isWindows()).each(['api', 'iso'] as const)(
  'every transcript of docs/COMMANDS.md is what the commands print, in the dialect %s',
  async (dialect) => {
    const vault = await openVault({ dialect });
    const desk = deskAt(vault);
    const text = await transcribed(readFileSync(FILE, 'utf8'), async (command) => {
      const script = `segura-secrets() { segura_secrets "$@"; }\n{ ${command}\n} 2>&1`;
      const { stdout } = await desk.shell(['bash'], script);
      const clients = vault.data.authorizations.map(({ clientId }) => clientId);
      let shown = stdout.toString().replaceAll(desk.folder, '/home/you');
      for (const client of clients) shown = shown.replaceAll(client, 'CLIENT_ID');
      return shown;
    });
    await expect(text).toMatchFileSnapshot(FILE);
  },
);
