import { createServer, request as send } from 'node:https';
import type { AddressInfo } from 'node:net';
import { issueCertificates } from '../vault/certificate.js';
import type { Vault } from '../vault/index.js';

/** A token endpoint on another host than the vault's: it forwards to the vault, and has its own certificate. */
export interface TokenRelay {
  readonly url: string;
  readonly port: number;
  readonly caCertificate: string;
  /** Bodies of the requests that came. */
  readonly bodies: readonly string[];
  /** The next request gets this status, and the vault does not see it. */
  refuse(status: number): void;
  close(): Promise<void>;
}

export async function startTokenRelay(vault: Pick<Vault, 'url' | 'caCertificate'>): Promise<TokenRelay> {
  const { ca, chain, key } = issueCertificates('valid', 'localhost');
  const bodies: string[] = [];
  let refusal: number | undefined;
  const server = createServer({ key, cert: chain }, async (incoming, outgoing) => {
    let body = '';
    for await (const chunk of incoming) body += String(chunk);
    bodies.push(body);
    if (refusal !== undefined) {
      outgoing.writeHead(refusal, { 'content-type': 'application/json' }).end('{}');
      refusal = undefined;
      return;
    }
    const { 'content-type': type = '', accept = '' } = incoming.headers;
    const headers = { 'content-type': type, accept, 'content-length': Buffer.byteLength(body) };
    const options = { method: 'POST', headers, ca: vault.caCertificate };
    const onward = send(`${vault.url}/iso/oauth2/token`, options, (reply) => {
      outgoing.writeHead(reply.statusCode ?? 502, { 'content-type': reply.headers['content-type'] ?? '' });
      reply.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy()).end(body);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://localhost:${port}/token`,
    port,
    caCertificate: ca,
    bodies,
    refuse: (status) => {
      refusal = status;
    },
    close: async () => {
      const closed = new Promise<void>((done) => server.close(() => done()));
      server.closeAllConnections();
      await closed;
    },
  };
}
