import type { JournalEntry, Vault, VaultData } from './index.js';

/** What a person needs to reach the vault, and a workflow to copy. */
export function introduction(vault: Vault, caFile: string): string[] {
  const { clientId, clientSecret } = vault.clients.ci;
  return [
    `Vault:          ${vault.url}`,
    `Client id:      ${clientId}`,
    `Client secret:  ${clientSecret}`,
    `CA certificate: ${caFile}`,
    '',
    'For the command line, in a shell:',
    '',
    `  export SENHASEGURA_URL=${vault.url} SENHASEGURA_CLIENT_ID=${clientId}`,
    `  export SENHASEGURA_CLIENT_SECRET=${clientSecret} SENHASEGURA_CA_CERTIFICATE=${caFile}`,
    '',
    'All values are fake. To try a workflow on a runner of this machine, store the client secret above as',
    'SEGURA_CLIENT_SECRET, and copy this:',
    '',
    ...workflow(vault, caFile),
    '',
    ...contents(vault.data),
    '',
    `Requests and custody changes follow. Press Ctrl-C to stop, or send a signal to process ${process.pid}.`,
  ];
}

/** What this client can request: only names. */
function contents(data: VaultData): string[] {
  const own = data.authorizations.find(({ name }) => name === 'ci')?.secretIds ?? [];
  const readable = data.secrets.filter(({ id }) => own.includes(id));
  const secrets = readable.map(({ identity, data: rows, provisioning }) => {
    const maps = Array.isArray(rows) ? rows : [rows];
    const labels = maps.map((map) => Object.keys(map).join(' ')).join(' | ');
    return `  ${identity}: ${labels}${provisioning === undefined ? '' : ' (dynamic)'}`;
  });
  const credentials = data.credentials
    .filter(({ id }) => id < 1_000)
    .map(({ id, username, hostname }) => `  ${id}: ${username}@${hostname}`);
  return ['DSM secrets, with their fields:', ...secrets, '', 'PAM credentials:', ...credentials];
}

/** One line without bodies, query values or secrets. */
export function logLine(entry: JournalEntry, data: VaultData): string {
  const time = new Date(entry.at).toISOString().slice(11, 19);
  if (entry.kind === 'custody') {
    return `${time} custody of ${entry.credentialId} ${entry.event} by ${nameOf(entry.holder, data)}`;
  }
  if (entry.kind === 'lease') {
    return `${time} lease of ${entry.identity} ${entry.event} by ${nameOf(entry.holder, data)}, ${entry.held} held`;
  }
  const { method, path, clientId, status, code, outcome } = entry;
  const result = [status ?? outcome ?? '', ...(code === undefined ? [] : [code])].join(' ');
  return `${time} ${method} ${path} ${nameOf(clientId, data)} ${result}`;
}

function workflow(vault: Vault, caFile: string): string[] {
  return [
    'on: workflow_dispatch',
    'permissions: {}',
    'jobs:',
    '  deploy:',
    '    runs-on: self-hosted',
    '    steps:',
    '      - id: segura',
    '        uses: OWNER/segura-secrets@<commit SHA> # v1.1.0',
    '        with:',
    `          url: ${vault.url}`,
    `          client-id: ${vault.clients.ci.clientId}`,
    `          client-secret: ${'$'}{{ secrets.SEGURA_CLIENT_SECRET }}`,
    `          ca-certificate: ${caFile}`,
    '          secrets: |',
    '            postgres/PASSWORD > DB_PASSWORD',
    '            stripe/STRIPE_SECRET_KEY > STRIPE_KEY',
    '          credentials: |',
    '            94 > DEPLOY_PASSWORD',
    '      - run: \'test -n "$DB_PASSWORD" && echo it is set\'',
    '        env:',
    `          DB_PASSWORD: ${'$'}{{ steps.segura.outputs.DB_PASSWORD }}`,
  ];
}

function nameOf(clientId: string | undefined, data: VaultData): string {
  if (clientId === undefined) return '-';
  return data.authorizations.find((authorization) => authorization.clientId === clientId)?.name ?? clientId;
}
