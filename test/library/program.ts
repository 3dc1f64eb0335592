// A program of another project: it uses the client of the vault and its transport, and no CI system.
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { SeguraError } from '../../src/core/errors.js';
import type { Clock } from '../../src/core/ports.js';
import { Secret } from '../../src/core/secret.js';
import { clientSecretAuth } from '../../src/core/vault/auth/client-secret.js';
import { Client } from '../../src/core/vault/client.js';
import { textOfField } from '../../src/core/vault/field.js';
import { connectionSecretsOf } from '../../src/http/proxy.js';
import { openTransport } from '../../src/http/transport.js';

/** What the test gives this program on standard input. */
export interface Given {
  readonly url: string;
  readonly caCertificates: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly credential: string;
}

/** What it answers on standard output. */
export interface Told {
  readonly identities: readonly string[];
  readonly password: string | undefined;
  readonly steps: readonly string[];
  readonly hidden: number;
  readonly code: string | undefined;
}

const clock: Clock = {
  nowMs: () => Date.now(),
  random: () => Math.random(),
  sleep: async (ms, signal) => {
    await wait(ms, undefined, { signal }).catch(() => undefined);
  },
  after: (ms, operation) => {
    const timer = setTimeout(operation, ms);
    return () => clearTimeout(timer);
  },
};

const given = JSON.parse(readFileSync(0, 'utf8')) as Given;
const hidden = new Set<string>();
const steps: string[] = [];

async function openClient(clientSecret: string): Promise<Client> {
  return Client.open({
    connection: {
      url: given.url,
      proxy: undefined,
      noProxy: '',
      caCertificates: given.caCertificates,
      tlsVerify: true,
    },
    reach: {
      connect: (connection) => openTransport(connection, () => import('../../src/http/undici.js')),
      secretsOf: connectionSecretsOf,
    },
    auth: clientSecretAuth(given.clientId, new Secret(clientSecret)),
    endpoints: { dsm: 'auto', pam: 'auto' },
    limits: {
      timeoutMs: 10_000,
      retries: 2,
      deadlineAtMs: clock.nowMs() + 20_000,
      signal: new AbortController().signal,
    },
    clock,
    log: { info: () => undefined, warning: () => undefined, debug: () => undefined },
    hide: (secret) => hidden.add(secret.reveal()),
  });
}

const client = await openClient(given.clientSecret);
const identities = (await client.listSecrets()).map(({ identity }) => identity);
const credential = await client.pam.read(given.credential, true, {
  leaves: async () => {
    steps.push('leaves');
  },
  givenUp: () => steps.push('given up'),
  replied: () => steps.push('replied'),
  refused: () => steps.push('refused'),
  notTaken: () => steps.push('not taken'),
});
const password = textOfField(credential.fields.get('password') ?? null);
steps.push(await client.pam.release(credential.id ?? given.credential, undefined));
await client.close();

const stranger = await openClient('not the client secret');
const code = await stranger.listSecrets().then(
  () => undefined,
  (error: unknown) => (error instanceof SeguraError ? error.code : String(error)),
);
await stranger.close();
const told: Told = { identities, password, steps, hidden: hidden.size, code };
process.stdout.write(JSON.stringify(told));
