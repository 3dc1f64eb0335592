import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { SealFault } from './cipher.js';
import { clientCertificate } from './client-certificate.js';
import { type Exchange, readExchange } from './exchange.js';
import { spoiledReply } from './fault-reply.js';
import type { Fault } from './faults.js';
import { formFields } from './fields.js';
import { answer, claimedClient, prepare } from './gateway.js';
import type { RequestEntry } from './journal.js';
import type { Reply } from './reply.js';
import type { World } from './world.js';

export interface Connection {
  readonly number: number;
  /** The TCP socket below TLS. */
  readonly socket: Socket;
}

/** One request from its first byte to its end, with the fault it suffers. */
export async function serve(
  world: World,
  connection: Connection,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const entry = arrived(world, connection, request);
  let gone = false;
  const closed = new Promise<true>((done) => {
    response.once('close', () => {
      gone = !response.writableFinished;
      done(true);
    });
  });
  entry.outcome = await outcome();
  world.journal.end(entry);

  async function outcome(): Promise<NonNullable<RequestEntry['outcome']>> {
    const exchange = await received(world, request);
    if (exchange === undefined) return 'client-gone';
    const clientId = claimedClient(world, exchange);
    if (clientId !== undefined) entry.clientId = clientId;
    const grantType = formFields(exchange)['grant_type'];
    if (grantType !== undefined) entry.grantType = grantType;
    await prepare(world, exchange);
    const fault = world.faults.take({ method: exchange.method, path: exchange.path ?? '', clientId });
    if (fault !== undefined) entry.fault = fault.kind;

    if (fault?.kind === 'lateCustody' && !(await world.work.wait(fault.ms))) return 'vault-closed';
    if (fault?.kind === 'delay') {
      // Nothing is left to do for a client that has gone, so no one who waits for the vault to settle waits for that.
      if (!(await Promise.race([world.work.wait(fault.ms), closed]))) return 'vault-closed';
      if (gone) return 'client-gone';
    }
    if (fault?.kind === 'reset') return reset(connection);
    const reply = judged(world, exchange, fault);
    if (fault?.kind === 'delayReply' && !(await world.work.wait(fault.ms))) return 'vault-closed';
    if (fault?.kind === 'resetAfter') return reset(connection);
    if (gone) return 'client-gone';
    entry.status = reply.status;
    if (reply.code !== undefined) entry.code = reply.code;
    const broken = fault?.kind === 'truncated' && fault.cut === 'connection';
    // The vault's own clock, which a client compares with its own.
    response.setHeader('date', new Date(world.now()).toUTCString());
    return send(response, reply, broken);
  }
}

function arrived(world: World, connection: Connection, request: IncomingMessage): RequestEntry {
  const [fullPath = '/', query = ''] = (request.url ?? '/').split('?');
  const { basePath } = world.settings;
  const certificate = clientCertificate(request);
  const { accept, authorization, 'content-type': contentType, 'user-agent': userAgent } = request.headers;
  return world.journal.arrive({
    at: world.now(),
    method: request.method ?? 'GET',
    path: fullPath.startsWith(`${basePath}/`) ? fullPath.slice(basePath.length) : fullPath,
    queryNames: [...new URLSearchParams(query).keys()],
    connection: connection.number,
    httpVersion: request.httpVersion,
    scheme: schemeOf(authorization),
    ...(userAgent === undefined ? {} : { userAgent }),
    ...(contentType === undefined ? {} : { contentType }),
    ...(accept === undefined ? {} : { accept }),
    ...(certificate === undefined ? {} : { clientCertificate: certificate.fingerprints[1] ?? '' }),
  });
}

function schemeOf(authorization: string | undefined): RequestEntry['scheme'] {
  if (authorization === undefined) return 'none';
  const scheme = authorization.split(' ')[0]?.toLowerCase();
  if (scheme === 'bearer' || scheme === 'basic') return scheme;
  return scheme === 'oauth' ? 'oauth1' : 'unknown';
}

async function received(world: World, request: IncomingMessage): Promise<Exchange | undefined> {
  const { basePath, tls } = world.settings;
  try {
    return await readExchange(request, { basePath, scheme: tls === 'off' ? 'http' : 'https' });
  } catch {
    return undefined;
  }
}

function judged(world: World, exchange: Exchange, fault: Fault | undefined): Reply {
  const reply = (): Reply => answer(world, exchange, sealFault(fault));
  if (fault === undefined) return reply();
  if ('handled' in fault && fault.handled === true) reply();
  return spoiledReply(fault, { world, exchange, reply }) ?? reply();
}

function sealFault(fault: Fault | undefined): SealFault | undefined {
  if (fault?.kind === 'encryptedValue') return 'encrypted';
  return fault?.kind === 'encryptionFailed' ? 'failed' : undefined;
}

function reset({ socket }: Connection): 'reset' {
  socket.resetAndDestroy();
  return 'reset';
}

async function send(
  response: ServerResponse,
  reply: Reply,
  broken: boolean,
): Promise<'replied' | 'client-gone'> {
  const body = Buffer.from(reply.body, 'utf8');
  const length = broken ? body.length * 2 : body.length;
  response.writeHead(reply.status, { ...reply.headers, 'content-length': String(length) });
  return new Promise((resolve) => {
    response.once('close', () => resolve(response.writableFinished ? 'replied' : 'client-gone'));
    if (broken) response.write(body, () => response.destroy());
    else response.end(body, () => resolve('replied'));
  });
}
