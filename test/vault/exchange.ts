import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { type ClientCertificate, clientCertificate } from './client-certificate.js';

/** One request, read whole. */
export interface Exchange {
  readonly method: string;
  /** Below the base path, as sent; undefined when the request is outside it. */
  readonly path: string | undefined;
  /** The parts of `path`, percent-decoded. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly remoteAddress: string;
  /** Scheme, host and full path without the query: what OAuth 1.0 signs. */
  readonly signedUrl: string;
  /** The TLS client certificate, when one was asked for and given. */
  readonly clientCertificate?: ClientCertificate;
}

/** Rejects when the client goes away before its body is whole. */
export async function readExchange(
  request: IncomingMessage,
  place: { basePath: string; scheme: 'http' | 'https' },
): Promise<Exchange> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const target = request.url ?? '/';
  const [fullPath = '/', ...query] = target.split('?');
  const path = belowBase(fullPath, place.basePath);
  const certificate = clientCertificate(request);
  return {
    method: request.method ?? 'GET',
    path,
    segments: (path ?? '').split('/').slice(1).map(decode),
    query: new URLSearchParams(query.join('?')),
    headers: request.headers,
    body: Buffer.concat(chunks),
    remoteAddress: (request.socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
    signedUrl: `${place.scheme}://${(request.headers.host ?? '').toLowerCase()}${fullPath}`,
    ...(certificate === undefined ? {} : { clientCertificate: certificate }),
  };
}

function belowBase(path: string, basePath: string): string | undefined {
  if (basePath === '') return path;
  return path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : undefined;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
