import { expect, test } from 'vitest';
import { Job } from './support/runner.js';
import { startVault } from './vault/index.js';

test('fetches what a workflow asks for, masks it, and gives custody back in post', async () => {
  const vault = await startVault({ dialect: 'api' });
  const job = new Job();
  const inputs = {
    url: vault.url,
    'client-id': vault.clients.ci.clientId,
    'client-secret': vault.clients.ci.clientSecret,
    'ca-certificate': vault.caCertificate,
    application: 'billing',
    system: 'payments',
    environment: 'production',
    secrets: 'postgres/PASSWORD > DB_PASSWORD\ndb/prod/user > DB_USER\nstripe/* > STRIPE_*',
    credentials: '94 > DEPLOY_PASSWORD\n94/username > DEPLOY_USER\nroot@web-01/password > path:PW',
  };
  const main = await job.main(inputs);
  console.log(main.log, main.stderr, main.summary, main.tookMs, main.masks.length);
  expect(main.code).toBe(0);
  console.log(vault.journal.lines(), vault.custodies(), vault.connections());
  const post = await job.post(inputs);
  console.log(post.log, post.stderr, post.tookMs);
  console.log(vault.journal.lines(), vault.custodies());
  await vault.close();
});
