import { connect } from 'node:net';
import type { ReadKey } from '../../core/ports.js';
import { firstMessage, message, StringReader, string, uint32 } from './wire.js';

/** Source: draft-miller-ssh-agent section 6.1. */
const REQUEST_IDENTITIES = 11;
const IDENTITIES_ANSWER = 12;
const SUCCESS = 6;
const ADD_IDENTITY = 17;
const ADD_ID_CONSTRAINED = 25;
const REMOVE_IDENTITY = 18;
const CONSTRAIN_LIFETIME = 1;

const TIMEOUT_MS = 5_000;
/** An agent that lists this much is none. */
const MAX_REPLY_BYTES = 4 * 1024 * 1024;

/** The public halves of the keys of an agent, in base64. Throws when none answers there. */
export async function listKeys(socket: string): Promise<string[]> {
  const reply = await ask(socket, message(REQUEST_IDENTITIES));
  if (reply[0] !== IDENTITIES_ANSWER) throw new Error('The agent does not list its keys.');
  const reader = new StringReader(reply.subarray(1));
  return Array.from({ length: reader.number() }, () => {
    const blob = reader.string().toString('base64');
    reader.string();
    return blob;
  });
}

/** Adds a key, with a lifetime where the agent knows such. True when the agent took it. */
export async function addKey(
  socket: string,
  { identity }: ReadKey,
  lifetimeSeconds: number | undefined,
): Promise<boolean> {
  const contents = Buffer.from(identity.reveal(), 'base64');
  if (lifetimeSeconds !== undefined) {
    const limit = [Buffer.of(CONSTRAIN_LIFETIME), uint32(lifetimeSeconds)];
    const [answer] = await ask(socket, message(ADD_ID_CONSTRAINED, contents, ...limit));
    if (answer === SUCCESS) return true;
  }
  return (await ask(socket, message(ADD_IDENTITY, contents)))[0] === SUCCESS;
}

/** Removes a key. True when it is not there any more. */
export async function removeKey(socket: string, blob: string): Promise<boolean> {
  try {
    const [answer] = await ask(socket, message(REMOVE_IDENTITY, string(Buffer.from(blob, 'base64'))));
    if (answer === SUCCESS) return true;
    return !(await listKeys(socket)).includes(blob);
  } catch (error) {
    // An agent that is gone took its keys with it.
    return ['ENOENT', 'ECONNREFUSED'].includes(Object(error).code);
  }
}

/** One request, and the reply to it. Throws what the system says, or that nothing came in time. */
function ask(socket: string, request: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let bytes = Buffer.alloc(0);
    const line = connect(socket);
    const end = (error: Error): void => {
      line.destroy();
      reject(error);
    };
    line.setTimeout(TIMEOUT_MS, () => end(new Error('The agent does not answer.')));
    line.on('error', end);
    line.on('end', () => end(new Error('The agent does not answer.')));
    line.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      if (bytes.length > MAX_REPLY_BYTES) return end(new Error('The agent answers too much.'));
      const reply = firstMessage(bytes);
      if (reply === undefined) return;
      line.destroy();
      resolve(reply);
    });
    line.write(request);
  });
}
