import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { deskAt } from './support/desk-fixture.js';
import { isWindows, lacks } from './support/skips.js';
import { hasSsh } from './support/sshd.js';
import type { DsmSecret } from './vault/index.js';
import { dynamicSecret } from './vault/sample-secrets.js';
import { openVault } from './vault/vault-fixture.js';

const DOCS = ['COMMANDS.md', 'FROM-ENV.md'];
const VAULT = readFileSync(join(import.meta.dirname, '../docs/VAULT.md'), 'utf8');

/** Stands for every time of this test. */
const SOME_TIME = '2026-11-28 12:00:00';

function isNow(time: string): boolean {
  return Math.abs(Date.parse(`${time.replace(' ', 'T')}Z`) - Date.now()) < 600_000;
}

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

test
  .skipIf(isWindows() || lacks('sshd', hasSsh))
  .each(DOCS.flatMap((name) => (['api', 'iso'] as const).map((dialect) => [name, dialect] as const)))(
  'every transcript of docs/%s is what the commands print, in the dialect %s',
  async (name, dialect) => {
    const file = join(import.meta.dirname, '../docs', name);
    const vault = await openVault({ dialect });
    const desk = deskAt(vault);
    for (const credential of vault.data.credentials) credential.automaticChange = credential.id === 94;
    // No earlier transcript is about it.
    let dynamic: DsmSecret | undefined;
    const text = await transcribed(readFileSync(file, 'utf8'), async (command) => {
      if (/ provision /.test(command) && dynamic === undefined) {
        dynamic = dynamicSecret(301, 'billing/db', 900);
        vault.data.secrets.push(dynamic);
        vault.authorization('ci').secretIds.push(dynamic.id);
      }
      const script = `segura-secrets() { segura_secrets "$@"; }\n{ ${command}\n} 2>&1`;
      // MySafe has access keys of its own.
      const { clientId, clientSecret } = vault.client(/\bmysafe\b/.test(command) ? 'mysafe' : 'ci');
      const env = { SENHASEGURA_CLIENT_ID: clientId, SENHASEGURA_CLIENT_SECRET: clientSecret };
      const { stdout } = await desk.shell(['bash'], script, { env });
      const clients = vault.data.authorizations.map(({ clientId }) => clientId);
      let shown = stdout.toString().replaceAll(desk.folder, '/home/you');
      for (const client of clients) shown = shown.replaceAll(client, 'CLIENT_ID');
      shown = shown.replaceAll(/ after \d+ s\b/g, ' after 0 s');
      shown = shown.replaceAll(/20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, '2026-11-28T12:15:00Z');
      shown = shown.replaceAll(/ in 1[45] m \d+ s\b/g, ' in 15 m 0 s');
      return shown.replaceAll(/20\d\d-\d\d-\d\d \d\d:\d\d:\d\d/g, (time) => (isNow(time) ? SOME_TIME : time));
    });
    await expect(text).toMatchFileSnapshot(file);
  },
);

test.skipIf(isWindows())(
  'the job of docs/VAULT.md prints the log that the document shows, and takes no custody',
  async () => {
    const vault = await openVault({ dialect: 'api' });
    const desk = deskAt(vault);
    const [, workflow = ''] = /^```yml\n([\s\S]*?)^```$/m.exec(VAULT) ?? [];
    const [, log = ''] = /^```text\n([\s\S]*?)^```$/m.exec(VAULT) ?? [];
    const { run, env } = parse(workflow).jobs['test-login'].steps.at(-1);
    expect(Object.keys(desk.env)).toEqual(expect.arrayContaining(Object.keys(env)));
    const script = run.replaceAll('node dist/cli/segura-secrets.mjs', 'segura_secrets');
    const { code, stdout, stderr } = await desk.shell(['bash', '-e'], script);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.toString()).toBe(log);
    expect(vault.journal.custody).toEqual([]);
  },
);
