import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeEd25519, publicHalf } from '../../../../src/platform/ssh/new-key.js';
import { lacks } from '../../../support/skips.js';
import { FORMS, hasSsh, KINDS, makeKey } from '../../../support/sshd.js';

const halfOf = (publicKey: string): string => publicKey.split(' ').slice(0, 2).join(' ');

describe.skipIf(lacks('sshd', hasSsh))('a new pair of Ed25519 keys', () => {
  test('is one that ssh-keygen reads, with its comment and its public half', () => {
    const folder = mkdtempSync(join(tmpdir(), 'segura-key-'));
    try {
      // Comments of several lengths, since the end is padded.
      for (const comment of ['', 'a', 'app-01-key', 'k'.repeat(13)]) {
        const { privateKey, publicKey } = makeEd25519(comment);
        const path = join(folder, 'key');
        writeFileSync(path, privateKey, { mode: 0o600 });
        const read = execFileSync('ssh-keygen', ['-y', '-P', '', '-f', path], { encoding: 'utf8' });
        expect(read.trim()).toBe(publicKey.trim());
        expect(publicHalf(privateKey)).toBe(halfOf(publicKey));
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('is another one each time', () => {
    expect(makeEd25519('a').privateKey).not.toBe(makeEd25519('a').privateKey);
  });

  test('the public half stands in every private key of the form of OpenSSH, also behind a passphrase, and in no other', () => {
    for (const kind of KINDS) {
      for (const passphrase of ['', 'a passphrase']) {
        const { privateKey, publicKey } = makeKey(kind, 'RFC4716', passphrase);
        expect(publicHalf(privateKey.replaceAll('\n', '\r\n')), kind).toBe(publicKey);
      }
    }
    // ssh-keygen has no other form for Ed25519.
    for (const form of FORMS.slice(1))
      expect(publicHalf(makeKey('rsa', form).privateKey), form).toBeUndefined();
    expect(
      publicHalf('-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----'),
    ).toBeUndefined();
  });
});
