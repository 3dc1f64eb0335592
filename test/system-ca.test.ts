import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { inputsFor } from './support/inputs.js';
import { nodeWhere } from './support/nodes.js';
import { Job, type StepResult } from './support/runner.js';
import { cannot, lacks } from './support/skips.js';
import { startVault, type Vault } from './vault/index.js';

const WITH = nodeWhere('require("node:tls").getCACertificates');
const WITHOUT = nodeWhere('!require("node:tls").getCACertificates');
const lacksNewer = lacks('a Node of 22.15 or newer', WITH !== undefined);
const lacksOlder = lacks('a Node before 22.15', WITHOUT !== undefined);

/** A vault whose CA only the system's store has: on Linux that is the file of SSL_CERT_FILE. */
async function fetched(
  node: string | undefined,
  env: Record<string, string>,
  nodeFlags: string[] = [],
): Promise<{ vault: Vault; job: Job; main: StepResult }> {
  const vault = await startVault({ dialect: 'api' });
  const job = new Job();
  onTestFinished(async () => {
    job.close();
    await vault.close();
  });
  const store = join(job.folder, 'store.pem');
  writeFileSync(store, vault.caCertificate);
  const inputs = { ...inputsFor(vault, { credentials: '94 > DEPLOY' }), 'ca-certificate': '' };
  const options = { env: { ...env, SSL_CERT_FILE: store }, nodeFlags, ...(node && { node }) };
  return { vault, job, main: await job.main(inputs, options) };
}

describe.skipIf(cannot(process.platform !== 'linux', 'what only Linux has'))(
  'certificates of the system (on Linux only)',
  () => {
    test.skipIf(lacksNewer).each([
      ['NODE_USE_SYSTEM_CA=1', { NODE_USE_SYSTEM_CA: '1' }, []],
      ['NODE_OPTIONS', { NODE_OPTIONS: '--use-system-ca' }, []],
      ['the flag of Node', {}, ['--use-system-ca']],
    ] as const)(
      'are trusted with %s, in post too, whatever its environment says (skipped where no Node of 22.15 or newer is found)',
      async (_, env, flags) => {
        const { vault, job, main } = await fetched(WITH, env, [...flags]);
        expect([main.code, main.outputs.size], main.log).toEqual([0, 1]);
        const post = await job.post({}, WITH === undefined ? {} : { node: WITH });
        expect([post.code, vault.custodies()], post.log).toEqual([0, []]);
      },
    );

    test.skipIf(lacksNewer)(
      'are not trusted without NODE_USE_SYSTEM_CA (skipped where no Node of 22.15 or newer is found)',
      async () => {
        for (const env of [{}, { NODE_USE_SYSTEM_CA: '0' }]) {
          const { vault, main } = await fetched(WITH, env);
          expect([main.code, vault.journal.requests], main.log).toEqual([1, []]);
          expect(main.log).toContain('title=TLS_UNTRUSTED');
        }
      },
    );

    test.skipIf(lacksOlder)(
      'cause a warning if Node cannot read them (skipped where no older Node is found)',
      async () => {
        const { main } = await fetched(WITHOUT, { NODE_USE_SYSTEM_CA: '1' });
        expect(main.log).toContain('title=TLS_UNTRUSTED');
        expect(main.log).toMatch(
          /::warning::NODE_USE_SYSTEM_CA asks for the certificates of the system, but Node/,
        );
      },
    );
  },
);
