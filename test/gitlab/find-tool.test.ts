import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { VERSION } from '../../src/core/version.js';
import { lacks } from '../support/skips.js';
import { GitLabJob } from './job.js';
import { describeShells } from './shells.js';
import { callsOf, type FileServer, installStub, serveFile, tell } from './stub.js';

/** What a bundle does here: its version, or values for the shell. */
const BUNDLE = `#!/usr/bin/env node
console.log(process.argv[2] === 'version' ? '${VERSION}' : "export FROM_BUNDLE='yes'");
`;
const SHA256 = createHash('sha256').update(BUNDLE).digest('hex');
const SHOW = ['echo "values: $DB_PASSWORD$FROM_BUNDLE"'];
const NEEDED = ['sh', 'cat', 'mkdir', 'chmod', 'rm', 'env'];

describeShells('in %s, before_script finds the tool:', (shell) => {
  let job: GitLabJob;
  let server: FileServer;

  beforeEach(async () => {
    job = new GitLabJob(shell);
    server = await serveFile(BUNDLE);
  });
  afterEach(async () => {
    job.close();
    await server.close();
  });

  test('uses the one on the PATH that has the right version', async () => {
    installStub(job);
    const { code, log } = await job.run(SHOW);
    expect({ code, log }).toEqual({ code: 0, log: 'values: from the vault\n' });
  });

  test('skips one of another version, and says so', async () => {
    installStub(job);
    tell(job, 'version', '0.9.0');
    const { code, log } = await job.run(SHOW);
    expect(code).toBe(1);
    expect(log).toContain(`is ignored: it has version 0.9.0, and this job needs ${VERSION}.`);
    expect(log).toContain('the URL to download it is not set');
    expect(log).not.toContain('values:');
    expect(callsOf(job)).toEqual([]);
  });

  test('downloads the bundle if the PATH has none, and keeps it for after_script', async () => {
    Object.assign(job.variables, {
      SEGURA_SECRETS_BUNDLE_URL: `${server.url}/b`,
      SEGURA_SECRETS_SHA256: SHA256,
    });
    const { code, log } = await job.run(SHOW);
    expect({ code, log }).toEqual({ code: 0, log: 'values: yes\n' });
    expect(readFileSync(join(job.private, 'segura-secrets.mjs'), 'utf8')).toBe(BUNDLE);
    expect(server.tokens).toEqual(['']);
  });

  test.each(['curl', 'wget', 'node alone'])('downloads by %s', async (program) => {
    job.restrictPath([...NEEDED, 'node', ...(program === 'node alone' ? [] : [program])]);
    Object.assign(job.variables, {
      SEGURA_SECRETS_BUNDLE_URL: `${server.url}/b`,
      SEGURA_SECRETS_SHA256: SHA256,
    });
    expect(await job.run(SHOW)).toEqual({ code: 0, log: 'values: yes\n' });
  });

  test('never runs a bundle with another sha256', async () => {
    Object.assign(job.variables, {
      SEGURA_SECRETS_BUNDLE_URL: `${server.url}/b`,
      SEGURA_SECRETS_SHA256: SHA256.replace(/^./, (digit) => (digit === '0' ? '1' : '0')),
    });
    const { code, log } = await job.run(SHOW);
    expect(code).toBe(1);
    expect(log).toContain(`has the SHA-256 ${SHA256}, not`);
    expect(log).not.toContain('values:');
    expect(existsSync(join(job.private, 'segura-secrets.mjs'))).toBe(false);
  });

  test('fails when the bundle is not at its address', async () => {
    job.variables['SEGURA_SECRETS_BUNDLE_URL'] = `${server.url}/missing`;
    const { code, log } = await job.run(SHOW);
    expect(code).toBe(1);
    expect(log).toContain(`${server.url}/missing could not be downloaded.`);
    expect(log).not.toContain('values:');
  });

  test.each([
    'http://vault.example.com/b',
    'http://localhost.example.com/b',
    'file:///etc/passwd',
    'https:///dana:pass@example.com/b',
    'https://\\/dana:pass@example.com/b',
  ])('rejects the address %s', async (address) => {
    job.variables['SEGURA_SECRETS_BUNDLE_URL'] = address;
    const { code, log } = await job.run(SHOW);
    expect(code).toBe(1);
    expect(log).toContain('SEGURA_SECRETS_BUNDLE_URL is not a valid https URL.');
    expect(log).not.toContain('dana');
  });

  test.each([
    'https://dana:pass@example.com/b',
    'https://dana@example.com',
    'http://127.0.0.1:1@example.com/b',
  ])('rejects the address %s, and does not show it', async (address) => {
    job.variables['SEGURA_SECRETS_BUNDLE_URL'] = address;
    const { code, log } = await job.run(SHOW);
    expect(code).toBe(1);
    expect(log).toContain('SEGURA_SECRETS_BUNDLE_URL contains a user name or password');
    expect(log).not.toContain('example.com');
  });

  test('accepts an address with "@" in its path and query', async () => {
    Object.assign(job.variables, {
      SEGURA_SECRETS_BUNDLE_URL: `${server.url}/@scope/b@1?at=@`,
      SEGURA_SECRETS_SHA256: SHA256,
    });
    expect(await job.run(SHOW)).toEqual({ code: 0, log: 'values: yes\n' });
  });

  test.skipIf(lacks('curl'))('ignores a .curlrc of the image', async () => {
    writeFileSync(join(job.folder, '.curlrc'), `trace-ascii = "${join(job.folder, 'trace')}"\n`);
    Object.assign(job.variables, {
      SEGURA_SECRETS_BUNDLE_URL: `${server.url}/b`,
      SEGURA_SECRETS_SHA256: SHA256,
    });
    expect((await job.run(SHOW)).code).toBe(0);
    expect(job.has('trace')).toBe(false);
  });

  test('says so when the file is not there after the download', async () => {
    job.install('curl', '#!/bin/sh\nexit 0\n');
    job.variables['SEGURA_SECRETS_BUNDLE_URL'] = `${server.url}/b`;
    const { code, log } = await job.run(SHOW);
    expect(code).toBe(1);
    expect(log.trim().split('\n')).toEqual([
      `segura-secrets: The file ${job.private}/segura-secrets.mjs, downloaded from ${server.url}/b, cannot be read.`,
      '  Check that the disk is not full, and that no other program removes files there.',
    ]);
  });

  test('sends the job token to this GitLab, and not to a redirect', async () => {
    Object.assign(job.variables, {
      CI_API_V4_URL: `${server.url}/api/v4`,
      CI_JOB_TOKEN: 'token-of-the-job',
      SEGURA_SECRETS_BUNDLE_URL: `${server.url}/api/v4/projects/1/packages/generic/b`,
      SEGURA_SECRETS_SHA256: SHA256,
    });
    expect(await job.run(SHOW)).toEqual({ code: 0, log: 'values: yes\n' });
    expect(server.tokens).toEqual(['token-of-the-job', '']);
  });

  test('says what to do if there is neither tool nor Node', async () => {
    job.restrictPath(NEEDED);
    job.variables['SEGURA_SECRETS_BUNDLE_URL'] = `${server.url}/b`;
    const { code, log } = await job.run(SHOW);
    expect(code).toBe(1);
    expect(log).toContain(`neither segura-secrets ${VERSION} nor Node 20.19 or newer`);
    expect(log).toContain('Add one of them to the image');
    expect(server.tokens).toEqual([]);
  });

  test('rejects a Node that is too old', async () => {
    job.install('node', '#!/bin/sh\nexit 1\n');
    job.variables['SEGURA_SECRETS_BUNDLE_URL'] = `${server.url}/b`;
    expect((await job.run(SHOW)).log).toContain('Node 20.19 or newer');
  });
});
