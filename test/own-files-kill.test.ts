import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { manyAuthorities } from './support/many-authorities.js';
import { ACTION } from './support/runner.js';
import { withWay } from './support/way-jobs.js';
import { WANTED } from './support/way-kills.js';

const CALL_HOOK = ['--import', join(ACTION, 'test/support/kill-at-call.mjs')];

/** Whatever ends main the moment that a file of its own is there, post knows of it. */
test.each([
  ['the key of the login', 'segura-secrets-key-', 'client certificate and oidc', {}],
  ['the CA certificates', 'segura-secrets-ca-', 'client-secret', { isLong: true }],
] as const)(
  'post removes the file with %s when main was killed as it made it',
  async (_, start, way, {
    isLong,
  }: {
    isLong?: boolean;
  }) => {
    await withWay(way, async ({ vault, job, main, post }) => {
      const more = isLong ? { 'ca-certificate': manyAuthorities(vault.caCertificate) } : {};
      const killed = await main(
        { ...WANTED, ...more },
        { env: { KILL_AFTER_MAKING: start, KILL_AT_CALL: '-2' }, nodeFlags: CALL_HOOK },
      );
      expect(killed.signal, killed.log).toBe('SIGKILL');
      expect(readdirSync(job.temp).filter((name) => name.startsWith(start))).toHaveLength(1);
      const ended = await post();
      expect([ended.code, ended.stderr], ended.log).toEqual([0, '']);
      expect(readdirSync(job.temp).filter((name) => name.startsWith('segura-secrets-'))).toEqual([]);
      expect(vault.custodies()).toEqual([]);
    });
  },
);
