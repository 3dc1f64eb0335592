import { describe, expect, test } from 'vitest';
import { Ledger } from '../../../../src/core/custody/ledger.js';
import { openCarried, unseal } from '../../../../src/core/custody/unseal.js';
import { packLogin, unpackLogin } from '../../../../src/core/job/login/packed-secret.js';
import { sshChanges } from '../../../../src/core/job/ssh/ssh-changes.js';
import { Secret } from '../../../../src/core/secret.js';
import { CLIENT_SECRET, FakePlatform, LEDGER_DATA, ledgerOn, RUN } from '../../fakes.js';

const opened = (platform: FakePlatform) =>
  unseal(platform.saved.at(-1) ?? '', new Secret(CLIENT_SECRET), RUN);

function begun(...credentials: string[]) {
  const platform = new FakePlatform();
  const ledger = ledgerOn(platform);
  ledger.ask(credentials, 1_000);
  return { platform, ledger };
}

const replied = (credential: string, id: string, atMs = 2_000) =>
  ({ type: 'replied', credential, id, prefix: 'api', atMs }) as const;
const gone = (type: 'released' | 'not-taken', ...credentials: string[]) =>
  credentials.map((credential) => ({ type, credential, atMs: 3_000 }));

describe('every change', () => {
  test('is saved at once, so that post knows about it', () => {
    const { platform, ledger } = begun('94', 'root@web-01');
    expect(opened(platform).custody).toEqual([
      { credential: '94', state: 'asked', sinceMs: 1_000 },
      { credential: 'root@web-01', state: 'asked', sinceMs: 1_000 },
    ]);
    ledger.note({ ...replied('root@web-01', '12'), prefix: 'iso' });
    expect(opened(platform).custody[1]).toEqual({
      credential: 'root@web-01',
      state: 'held',
      id: '12',
      prefix: 'iso',
      sinceMs: 2_000,
    });
    ledger.note(...gone('released', '94'));
    expect(opened(platform).custody.map(({ credential }) => credential)).toEqual(['root@web-01']);
    ledger.addFile({ path: '/tmp/x', device: '1', inode: '2', folder: false });
    expect(opened(platform).files).toHaveLength(1);
    ledger.strikeFiles();
    expect(opened(platform)).toMatchObject({ files: [], custody: [{ credential: 'root@web-01' }] });
    expect(platform.saved).toHaveLength(5);
  });
});

describe('an entry', () => {
  test('that is held is not changed by a new request', () => {
    const { ledger } = begun('94');
    ledger.note(replied('94', '94'));
    ledger.ask(['94', '95'], 3_000);
    expect(ledger.custody.map(({ credential, state }) => [credential, state])).toEqual([
      ['94', 'held'],
      ['95', 'asked'],
    ]);
  });

  test('that is held is not removed like one that was only requested', () => {
    const { ledger } = begun('94', '95');
    ledger.note(replied('94', '94'));
    ledger.note(...gone('not-taken', '94', '95'));
    expect(ledger.custody.map(({ credential }) => credential)).toEqual(['94']);
  });
});

describe('the saved text that carries the login', () => {
  const login = packLogin(new Secret(CLIENT_SECRET));
  const carrying = () => {
    const platform = new FakePlatform();
    const ledger = new Ledger(platform, undefined, { ...LEDGER_DATA, use: 'u1', login });
    return { platform, ledger, last: () => openCarried(platform.saved.at(-1) ?? '') };
  };

  test('has it only while there is custody to release', () => {
    const { ledger, last } = carrying();
    ledger.addFile({ path: '/tmp/x', device: '1', inode: '2', folder: false });
    expect(last().login).toBeUndefined();
    ledger.ask(['94'], 1_000);
    expect(unpackLogin(last().login ?? '').reveal()).toBe(CLIENT_SECRET);
    ledger.note(...gone('released', '94'));
    expect(last().login).toBeUndefined();
  });

  test('is not longer than sizeWith says', () => {
    const { platform, ledger } = carrying();
    const foreseen = ledger.sizeWith(['94'], []);
    ledger.ask(['94'], Date.now());
    ledger.note(replied('94', '94', Date.now()));
    expect(platform.saved.at(-1)?.length).toBeLessThanOrEqual(foreseen);
  });

  test('is not longer than sizeWith says with all that a reply can leave in it', () => {
    const { platform, ledger } = carrying();
    const foreseen = ledger.sizeWith(['94'], []);
    const atMs = 9_999_999_999_999;
    ledger.note({ type: 'given-up', credential: '94', atMs });
    ledger.note({ ...replied('94', ''.padEnd(20, '9'), atMs), changes: true });
    ledger.note({ type: 'leaves', credential: '94', atMs });
    expect(platform.saved.at(-1)?.length).toBeLessThanOrEqual(foreseen);
  });
});

test('a failed save stops new reads, but not the removal of entries', () => {
  const { platform, ledger } = begun('94');
  platform.save = () => {
    throw new Error('ENOSPC');
  };
  expect(() => ledger.ask(['95'], 2_000)).toThrow('ENOSPC');
  ledger.note(...gone('released', '94', '95'));
  expect(ledger.custody).toEqual([]);
});

describe('the saved text', () => {
  test('holds no client secret', () => {
    const { platform } = begun('94');
    expect(platform.saved.join()).not.toContain(CLIENT_SECRET);
  });

  test('is not longer than sizeWith says once everything is held', () => {
    const names = Array.from({ length: 50 }, (_, index) =>
      index % 2 === 0 ? String(index) : `root@web-${index}`,
    );
    const { platform, ledger } = begun();
    const foreseen = ledger.sizeWith(names, []);
    ledger.ask(names, Date.now());
    for (const name of names) ledger.note(replied(name, '1234567', Date.now()));
    expect(platform.saved.at(-1)?.length).toBeLessThanOrEqual(foreseen);
  });
});

test('what a step of SSH keys adds is counted before', () => {
  const { platform, ledger } = begun();
  const keys = Array.from({ length: 20 }, (_, index) => `key-${index}`);
  const requests = keys.map((credential) => ({
    source: { kind: 'pam' as const, credential, field: 'private_key', isKey: true as const },
    ...{ where: '', destinations: [], agents: [{}] },
  }));
  const { files, ssh } = sshChanges(requests, keys);
  const folder = '/tmp/segura-secrets-AbCdEf';
  const foreseen = ledger.sizeWith(
    keys,
    files.map((name) => `${folder}/${name}`),
    [],
    ssh,
  );
  ledger.ask(keys, Date.now());
  for (const key of keys) ledger.note(replied(key, '1234567', Date.now()));
  const written = [
    '',
    'askpass',
    'known_hosts',
    'ssh-config',
    'git-ssh',
    ...keys.map((_, at) => `key-${at + 1}.pub`),
  ];
  for (const name of written)
    ledger.addFile({ path: `${folder}/${name}`, device: '1234', inode: '1234567890', folder: name === '' });
  const socket = `${folder}/agent`;
  const blob = 'A'.repeat(2_764);
  ledger.noteSsh({
    items: keys,
    agent: { socket, pid: 4_194_304 },
    keys: keys.map(() => ({ socket, blob })),
  });
  const saved = platform.saved.at(-1)?.length ?? 0;
  expect(saved).toBeGreaterThan(20 * 2_764);
  expect(saved).toBeLessThanOrEqual(foreseen);
});

test('nothing of a client certificate is saved, sealed or not', () => {
  const clientCertificate = { certificate: 'CERTIFICATE', key: 'PRIVATE-KEY', passphrase: 'PASSPHRASE' };
  const connection = { ...LEDGER_DATA.connection, clientCertificate };
  for (const key of [new Secret(CLIENT_SECRET), undefined]) {
    const platform = new FakePlatform();
    const ledger = new Ledger(platform, key, { ...LEDGER_DATA, use: 'ab', connection });
    ledger.ask(['94'], 1_000);
    ledger.trust('');
    ledger.addFile({ path: '/tmp/x', device: '1', inode: '2', folder: false });
    const saved = platform.saved.flatMap((text) => [text, Buffer.from(text, 'base64').toString()]).join('\n');
    expect(platform.saved.length).toBeGreaterThan(1);
    for (const part of ['PRIVATE-KEY', 'PASSPHRASE', 'CERTIFICATE', 'clientCertificate'])
      expect(saved).not.toContain(part);
  }
});
