import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openVault } from '../vault/vault-fixture.js';
import { expectOk, expectRefused } from './runb-desk.js';
import { DELETE, openGitLab, PATH } from './runb-gitlab-desk.js';

const otherVault = () => openVault({ dialect: 'api' });

describe('the connection to GitLab', () => {
  test('sends the token only to GitLab, even without verification of the vault', async () => {
    const { run, file } = await openGitLab({ tls: 'self-signed' });
    const stranger = await openVault({ tls: 'self-signed' });
    const env = { CI_API_V4_URL: `${stranger.url}/api/v4` };
    const ended = await run([...DELETE, '--tls-verify=false'], { env });
    expectRefused(ended, 'TLS_UNTRUSTED: GitLab variable SAME');
    expect(stranger.journal.requests).toEqual([]);
    expect(readFileSync(file, 'utf8')).toContain('export SAME=');
  });

  test('also trusts the CA that GitLab names for itself', async () => {
    const { run, desk } = await openGitLab();
    const file = (name: string, text: string): string => {
      writeFileSync(join(desk.folder, name), text);
      return join(desk.folder, name);
    };
    const [first, second, third] = [await otherVault(), await otherVault(), await otherVault()];
    const env = {
      CI_SERVER_TLS_CA_FILE: file('gitlab.pem', first.caCertificate),
      NODE_EXTRA_CA_CERTS: file('extra.pem', second.caCertificate),
      SENHASEGURA_CA_CERTIFICATE: `${desk.env['SENHASEGURA_CA_CERTIFICATE']}${third.caCertificate}`,
    };
    for (const { url, journal } of [first, second, third]) {
      await run(DELETE, { env: { ...env, CI_API_V4_URL: `${url}/api/v4` } });
      expect(journal.lines()).toEqual([`GET ${PATH}/SAME`, `GET ${PATH}/OTHER`]);
    }
  });

  test.each([
    ['is not there', undefined, 'ENOENT'],
    ['holds no certificate', 'server text', 'CA_INVALID'],
  ])('warns of a CA_FILE of GitLab that %s, by its name', async (_what, text, code) => {
    const { run, desk, left } = await openGitLab();
    const path = join(desk.folder, 'gitlab.pem');
    if (text !== undefined) writeFileSync(path, text);
    const ended = await run(DELETE, { env: { CI_SERVER_TLS_CA_FILE: path } });
    expectOk(ended);
    expect(ended.stderr).toContain(
      `warning: CI_SERVER_TLS_CA_FILE names ${path}, but no certificate can be read from it (${code}). It is ignored.`,
    );
    expect(ended.stderr).not.toMatch(/NODE_EXTRA_CA_CERTS|server text/);
    expect(left()).not.toContain('SAME *');
  });

  test('ends when the job is cancelled while GitLab does not answer', async () => {
    const { run } = await openGitLab();
    let pid = 0;
    const silent = createServer(() => process.kill(pid, 'SIGTERM'));
    await new Promise<void>((listening) => silent.listen(0, '127.0.0.1', listening));
    onTestFinished(async () => {
      silent.closeAllConnections();
      await new Promise((closed) => silent.close(closed));
    });
    const { port } = silent.address() as AddressInfo;
    const ended = await run(DELETE, {
      env: { CI_API_V4_URL: `http://127.0.0.1:${port}` },
      onStart: (started) => {
        pid = started;
      },
    });
    expectRefused(ended, 'CANCELLED: GitLab variable SAME was not deleted');
  });
});
