import { randomUUID } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startVault } from '../vault/index.js';
import { EVERYTHING, hostileData, varsOf } from './scenarios.js';

/** A job that is still there then has forgotten its vault. */
const LONGEST_LIFE_MS = 10 * 60_000;

/**
 * A vault that lives as long as a job: writes how to reach it to the file it is given, and ends when it is asked for
 * its account of custody.
 */
const [ready = ''] = process.argv.slice(2);
const vault = await startVault({ dialect: 'api', data: hostileData() });
const path = `/${randomUUID()}`;
const control = createServer((request, response) => {
  if (request.method !== 'POST' || request.url !== path) {
    response.writeHead(404).end();
    return;
  }
  const held = vault.custodies().map(({ credentialId }) => credentialId);
  response.end(JSON.stringify({ taken: vault.everTaken(), held }), () => {
    control.close();
    void vault.close().then(() => process.exit(0));
  });
});
control.listen(0, '127.0.0.1', () => {
  const { port } = control.address() as AddressInfo;
  const { clientId, clientSecret } = vault.clients.ci;
  const { SECRETS, CREDENTIALS, EXPECTED } = varsOf(EVERYTHING, vault);
  const outputs = {
    url: vault.url,
    'client-id': clientId,
    'client-secret': clientSecret,
    'ca-certificate': vault.caCertificate,
    secrets: SECRETS,
    credentials: CREDENTIALS,
    expected: EXPECTED,
  };
  // Whole at once: who waits for it reads it the moment it is there.
  writeFileSync(`${ready}.part`, JSON.stringify({ control: `http://127.0.0.1:${port}${path}`, outputs }), {
    mode: 0o600,
  });
  renameSync(`${ready}.part`, ready);
});
setTimeout(() => process.exit(1), LONGEST_LIFE_MS).unref();
