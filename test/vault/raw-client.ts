import { type IncomingHttpHeaders, request as requestHttp } from 'node:http';
import { Agent, request as requestHttps } from 'node:https';
import type { ClientKeys, Vault } from './index.js';

export interface RawReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads replies of any shape
  readonly body: any;
}

export interface RawRequest {
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly form?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly body?: string;
  readonly signal?: AbortSignal;
  /** PEM of a TLS client certificate and its key. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly maxVersion?: 'TLSv1.2' };
}

/** Bytes to the vault and back, with nothing of a client between: no retry, no redirect, no judgement. */
export function ask(vault: Vault, method: string, path: string, given: RawRequest = {}): Promise<RawReply> {
  const [type, body] = payload(given);
  const headers = {
    ...(given.token === undefined ? {} : { authorization: `Bearer ${given.token}` }),
    ...(type === undefined ? {} : { 'content-type': type }),
    ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
    ...given.headers,
  };
  const signal = given.signal === undefined ? {} : { signal: given.signal };
  const target = vault.url + path;
  const options = { method, headers, ...signal };
  return new Promise((resolve, reject) => {
    const request = target.startsWith('https:')
      ? requestHttps(target, { ...options, agent: new Agent({ ca: vault.caCertificate, ...given.tls }) })
      : requestHttp(target, options);
    request.once('error', reject);
    request.once('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, body: parsed(text) });
      });
    });
    request.end(body);
  });
}

/** A token request with the client in the body. */
export function askToken(vault: Vault, { clientId, clientSecret }: ClientKeys): Promise<RawReply> {
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
  return ask(vault, 'POST', '/iso/oauth2/token', { form });
}

export async function tokenFor(vault: Vault, client: ClientKeys): Promise<string> {
  return (await askToken(vault, client)).body.access_token;
}

function payload({ form, json, body }: RawRequest): [string | undefined, string | undefined] {
  if (form !== undefined) return ['application/x-www-form-urlencoded', new URLSearchParams(form).toString()];
  return json === undefined ? [undefined, body] : ['application/json', JSON.stringify(json)];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
