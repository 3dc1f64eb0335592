import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Secret } from '../../../../src/core/secret.js';
import { addKey, listKeys, removeKey } from '../../../../src/platform/ssh/agent.js';
import { endAgent } from '../../../../src/platform/ssh/own-agent.js';
import { isWindows } from '../../../support/skips.js';

/** An agent that answers each message with the next of `replies`, and what it was sent. */
async function agentWith(replies: readonly string[]): Promise<{ socket: string; sent: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'segura-agent-'));
  const socket = join(folder, 'agent');
  const sent: string[] = [];
  let next = 0;
  const server = createServer((line) => {
    line.on('data', (bytes: Buffer) => {
      sent.push(bytes.toString('hex'));
      const reply = replies[next];
      next += 1;
      if (reply === undefined) line.end();
      else line.write(Buffer.from(reply, 'hex'));
    });
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  onTestFinished(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });
  return { socket, sent };
}

const OK = '0000000106';
const FAILED = '0000000105';
/** No keys. */
const EMPTY = '000000050c00000000';
const KEY = { blob: 'AAAA', kind: 'ssh-ed25519', identity: new Secret('q80=') };

describe.skipIf(isWindows())('an agent', () => {
  test('gets a key with a lifetime, and without where it does not know such', async () => {
    const { socket, sent } = await agentWith([OK, FAILED, OK, FAILED, FAILED]);
    expect(await addKey(socket, KEY, 3_600)).toBe(true);
    expect(await addKey(socket, KEY, 3_600)).toBe(true);
    expect(await addKey(socket, KEY, 3_600)).toBe(false);
    const [limited, plain] = ['0000000819abcd0100000e10', '0000000311abcd'];
    expect(sent).toEqual([limited, limited, plain, limited, plain]);
  });

  test.each([
    ['that removes it', [OK], true],
    ['that never had it', [FAILED, EMPTY], true],
    ['that keeps it', [FAILED, '000000130c0000000100000003000000' + '00000003616263'], false],
    ['that answers nothing', [], false],
  ])('%s is believed that a key is gone only then', async (_, replies, expected) => {
    const { socket } = await agentWith(replies);
    expect(await removeKey(socket, KEY.blob)).toBe(expected);
  });

  test('that is gone has no keys', async () => {
    expect(await removeKey('/no/such/agent', KEY.blob)).toBe(true);
  });

  test.each([
    ['cuts a message off', '0000000a0c00000001000000ff01'],
    ['sends no list', OK],
  ])('that %s is none', async (_, reply) => {
    const { socket } = await agentWith([reply]);
    await expect(listKeys(socket)).rejects.toThrow();
  });
});

test.skipIf(isWindows())('a process that is not the agent of that socket is never ended', async () => {
  // This process itself, as a number that was given to another one by now.
  expect(await endAgent('/no/such/folder/agent', process.pid)).toBe(true);
});
