import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { plain, type Text } from '../../../src/core/text.js';
import { sendTo } from '../../../src/http/send-to.js';
import type { IdentityContext, RunProgram } from '../../../src/identity/provider.js';
import { FakeClock } from '../fakes.js';

/** Any claims as a token of the right form; nothing here checks a signature. */
export function jwt(claims: Record<string, unknown>): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256', kid: 'k1' })}.${part(claims)}.${'c2lnbmF0dXJl'.repeat(4)}`;
}

export const VAULT = 'https://vault.example.com';
export const ISS = 'https://issuer.example.com';
export const SUB = 'repo:acme@77/shop@4242:ref:refs/heads/main';
export const CHOSEN = { value: VAULT, isChosen: true };
export const DEFAULT = { value: VAULT, isChosen: false };

type Answer = (request: IncomingMessage, response: ServerResponse, number: number) => void;

/** A service on loopback; `requests` has the heads of what came. */
export interface Service {
  readonly origin: string;
  readonly requests: { method: string; url: string; headers: IncomingMessage['headers'] }[];
  close(): void;
}

export async function serve(answer: Answer): Promise<Service> {
  const requests: Service['requests'] = [];
  const server = createServer((request, response) => {
    requests.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers });
    answer(request, response, requests.length);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    requests,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** What a provider may use, over real sockets and with a clock that passes when someone sleeps. */
export class World {
  readonly clock = new FakeClock();
  readonly lines: string[] = [];
  readonly hidden: string[] = [];
  readonly stop = new AbortController();
  environment: Record<string, string> = {};
  files: Record<string, string> = {};
  timeoutMs = 5_000;
  deadlineMs = 120_000;
  run: RunProgram = async () => {
    throw Object.assign(new Error('spawn'), { code: 'ENOENT' });
  };

  get nowSeconds(): number {
    return this.clock.now / 1_000;
  }

  token(claims: Record<string, unknown> = {}): string {
    return jwt({ iss: ISS, sub: SUB, aud: VAULT, exp: this.nowSeconds + 300, ...claims });
  }

  get context(): IdentityContext {
    const elsewhere = { proxy: undefined, noProxy: '', caCertificates: '' };
    const add = (message: Text): void => void this.lines.push(plain(message));
    return {
      environment: this.environment,
      send: sendTo(elsewhere, () => import('../../../src/http/undici.js')),
      run: this.run,
      readFile: (path) => {
        const text = this.files[path];
        if (text === undefined) throw Object.assign(new Error('gone'), { code: 'ENOENT' });
        return text;
      },
      clock: this.clock,
      log: { info: add, warning: add, debug: add },
      limits: {
        timeoutMs: this.timeoutMs,
        deadlineAtMs: this.clock.now + this.deadlineMs,
        signal: this.stop.signal,
      },
      hide: (secret) => void this.hidden.push(secret.reveal()),
    };
  }
}

export const json = (response: ServerResponse, body: unknown, status = 200): void =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
