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
    'Every value in it is fake. A workflow to copy, on a runner of this machine, with the client secret above',
    'stored as SEGURA_CLIENT_SECRET:',
    '',
    ...workflow(vault, caFile),
    '',
    'Requests and custody changes follow; Ctrl-C ends.',
  ];
}

/** One line without bodies, query values or secrets. */
export function logLine(entry: JournalEntry, data: VaultData): string {
  const time = new Date(entry.at).toISOString().slice(11, 19);
  if (entry.kind === 'custody') {
    return `${time} custody of ${entry.credentialId} ${entry.event} by ${nameOf(entry.holder, data)}`;
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
    '      - uses: OWNER/segura-secrets@v1',
    '        with:',
    `          url: ${vault.url}`,
    `          client-id: ${vault.clients.ci.clientId}`,
    `          client-secret: ${'$'}{{ secrets.SEGURA_CLIENT_SECRET }}`,
    `          ca-certificate: ${caFile}`,
    '          application: billing',
    '          system: payments',
    '          environment: production',
    '          secrets: |',
    '            postgres/PASSWORD > DB_PASSWORD',
    '            stripe/STRIPE_SECRET_KEY > STRIPE_KEY',
    '          credentials: |',
    '            94 > DEPLOY_PASSWORD',
    '      - run: ./deploy.sh',
  ];
}

function nameOf(clientId: string | undefined, data: VaultData): string {
  if (clientId === undefined) return '-';
  return data.authorizations.find((authorization) => authorization.clientId === clientId)?.name ?? clientId;
}
