import { describe, onTestFinished, test } from 'vitest';
import { lacks } from './support/skips.js';
import { ALL, expectAllInAgent, samples } from './support/ssh-job.js';
import { hasSsh, Sshd } from './support/sshd.js';
import { startVault } from './vault/index.js';

describe.skipIf(lacks('sshd', hasSsh))('ssh-keys', () => {
  test('puts every kind and form of key into an agent that ends with the job, and nothing on the disk', {
    timeout: 120_000,
  }, async () => {
    const vault = await startVault({ dialect: 'iso' });
    onTestFinished(() => vault.close());
    const all = samples(vault, ALL);
    const sshd = await Sshd.start(all.map(({ publicKey }) => publicKey));
    onTestFinished(() => sshd.close());
    await expectAllInAgent(vault, sshd, all);
  });
});
