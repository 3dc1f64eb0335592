import { createServer as createHttp, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { issueCertificates } from '../vault/certificate.js';

/** One request for a token, as it came. */
export interface TokenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly bodyBytes: number;
}

export interface ServiceReply {
  readonly status: number;
  /** Text as it is, anything else as JSON. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface TokenService {
  /** Scheme, host and port. */
  readonly origin: string;
  /** PEM of the CA of its certificate; empty text without TLS. */
  readonly caCertificate: string;
  /** Every request, refused ones too. */
  readonly requests: readonly TokenRequest[];
  /** Every token that it gave: each is a secret of the test. */
  readonly issued: readonly string[];
  /** The next `times` requests get this status, whatever they ask. */
  fail(times: number, status: number, headers?: Readonly<Record<string, string>>): void;
  /** The next `times` requests get this reply. */
  answer(times: number, reply: ServiceReply): void;
  stop(): Promise<void>;
}

/** A server on loopback that answers by `answer`; `given` notes a token that it hands out. */
export async function startTokenService(
  answer: (request: TokenRequest, given: (token: string) => string) => Promise<ServiceReply> | ServiceReply,
  /** `wrong-host`: over TLS, with a certificate for elsewhere.invalid. */
  { tls = false }: { readonly tls?: boolean | 'wrong-host' } = {},
): Promise<TokenService> {
  const requests: TokenRequest[] = [];
  const issued: string[] = [];
  const failures: ServiceReply[] = [];
  const sockets = new Set<Socket>();
  const note = (token: string): string => {
    issued.push(token);
    return token;
  };

  const reply = async (incoming: IncomingMessage): Promise<ServiceReply> => {
    const request = await read(incoming);
    requests.push(request);
    return failures.shift() ?? answer(request, note);
  };
  const onRequest: RequestListener = (incoming, outgoing) => {
    void reply(incoming)
      .catch((error: unknown): ServiceReply => ({ status: 500, body: String(error) }))
      .then(({ status, body, headers = {} }) => {
        const isText = typeof body === 'string';
        const type = isText ? 'text/plain' : 'application/json';
        outgoing.writeHead(status, { 'content-type': type, ...headers });
        outgoing.end(isText ? body : JSON.stringify(body));
      });
  };
  const mode = tls === 'wrong-host' ? tls : 'valid';
  const certificates = tls ? issueCertificates(mode, '127.0.0.1') : undefined;
  const server =
    certificates === undefined
      ? createHttp(onRequest)
      : createHttps({ key: certificates.key, cert: certificates.chain }, onRequest);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    caCertificate: certificates?.ca ?? '',
    requests,
    issued,
    fail: (times, status, headers = {}) => {
      for (let count = 0; count < times; count += 1)
        failures.push({ status, body: `HTTP ${status}`, headers });
    },
    answer: (times, given) => {
      for (let count = 0; count < times; count += 1) failures.push(given);
    },
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

async function read(incoming: IncomingMessage): Promise<TokenRequest> {
  let bodyBytes = 0;
  for await (const chunk of incoming) bodyBytes += (chunk as Buffer).length;
  const [path = '/', ...query] = (incoming.url ?? '/').split('?');
  return {
    method: incoming.method ?? 'GET',
    path,
    query: new URLSearchParams(query.join('?')),
    headers: incoming.headers,
    bodyBytes,
  };
}
