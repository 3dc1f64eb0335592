import type { Clock, Log } from '../ports.js';
import { Secret } from '../secret.js';
import { bare, option, say } from '../text.js';
import { graceAfter, type TimeLimit } from '../time-limit.js';
import type { Transport } from '../transport.js';
import type { ClientAuth } from './auth/client-auth.js';
import { clientSecretAuth } from './auth/client-secret.js';
import { tokenOrigin } from './auth/token-endpoint.js';
import type { Connection } from './connection/connection.js';
import { type Application, type DsmSecret, listSecrets, openApplication } from './dsm.js';
import type { DsmEndpoint, PamEndpoint } from './endpoints.js';
import { withoutEchoes } from './errors/trace.js';
import { Exchange, type ExchangeParts } from './exchange.js';
import type { Decrypt } from './field.js';
import { Pam } from './pam.js';
import { Session } from './session.js';

export const UNVERIFIED = say`${bare('tlsVerify')} is false: anyone on the network path can read and modify what the vault sends. Use it only to debug on your own machine; set ${option.caCertificate} instead.`;

/** How a client gets to a vault: what sends bytes, and knows what of an address must not be shown. */
export interface Reach {
  readonly connect: (connection: Connection) => Promise<Transport>;
  readonly secretsOf: (connection: Connection) => readonly { value: string; user?: string }[];
}

/** Which of its endpoints the vault is asked at, and how the values of its replies are read. */
export interface Endpoints {
  readonly dsm: DsmEndpoint;
  readonly pam: PamEndpoint;
  /** For an authorization that encrypts its values, some of which may be clear: each field is passed on decrypted. */
  readonly decrypt?: Decrypt | undefined;
}

/** How long and how often the vault is asked, and what ends it. */
export interface ClientLimits extends Omit<ExchangeParts, 'transport' | 'clock' | 'log' | 'lastSignal'> {
  /** How long a cancellation waits for the answer to a read that may take custody; not at all where it is not given. */
  readonly answerGraceMs?: number | undefined;
}

export interface ClientParts {
  readonly connection: Connection;
  readonly reach: Reach;
  readonly auth: ClientAuth;
  readonly endpoints: Endpoints;
  readonly limits: ClientLimits;
  readonly clock: Clock;
  readonly log: Log;
  /** Called with all that the client logs in with, and with each token, before any of it can be shown. */
  readonly hide: (secret: Secret, user?: string) => void;
  /** Whether a text holds anything that is hidden: no message shows it then. */
  readonly isSecretIn?: (text: string) => boolean;
  /** True if the warning about unverified TLS was printed before. */
  readonly isWarned?: boolean;
}

interface Line {
  /** To the vault, and to another host that it logs in at. */
  readonly transports: readonly Transport[];
  readonly exchange: Exchange;
  readonly loginExchange: Exchange | undefined;
  readonly grace: TimeLimit;
}

/**
 * A client of one vault under one login. It sends nothing before the first request for data, and logs in by itself.
 *
 * Errors of `open`: those of `dial`. To be closed when all is done.
 */
export class Client {
  /** For what has no method here. */
  readonly exchange: Exchange;
  readonly session: Session;
  readonly pam: Pam;
  readonly #parts: ClientParts;
  readonly #line: Line;

  static async open(parts: ClientParts): Promise<Client> {
    const { connection, reach, auth, limits, clock, log, hide, isSecretIn = () => false } = parts;
    hideLogin(auth, hide);
    for (const { value, user } of reach.secretsOf(connection)) hide(new Secret(value), user);
    if (!connection.tlsVerify && parts.isWarned !== true) log.warning(UNVERIFIED);
    const connect = async (to: Connection): Promise<Transport> => {
      const transport = withoutEchoes(await reach.connect(to), isSecretIn);
      return auth.watch?.(transport) ?? transport;
    };
    const transport = await connect(connection);
    const { answerGraceMs, ...rest } = limits;
    const grace = graceAfter(limits.signal, answerGraceMs ?? 0, clock);
    const last = answerGraceMs === undefined ? {} : { lastSignal: grace.signal };
    const common = { clock, log, ...rest, ...last };
    const exchange = new Exchange({ transport, ...common });
    const origin = auth.parameters === undefined ? undefined : tokenOrigin(auth.parameters);
    if (origin === undefined)
      return new Client(parts, { transports: [transport], exchange, loginExchange: undefined, grace });
    // Another host is another party: the certificate is for the vault, and so is the choice not to verify TLS.
    const own = { url: origin, tlsVerify: true, clientCertificate: undefined };
    const other = await connect({ ...connection, ...own });
    const loginExchange = new Exchange({ transport: other, ...common });
    return new Client(parts, { transports: [transport, other], exchange, loginExchange, grace });
  }

  private constructor(parts: ClientParts, line: Line, session?: Session) {
    const { auth, clock, hide, endpoints } = parts;
    const { exchange, loginExchange } = line;
    this.#parts = parts;
    this.#line = line;
    this.exchange = exchange;
    this.session =
      session ?? new Session({ exchange, loginExchange, clock, auth, onToken: (token) => hide(token) });
    this.pam = new Pam(exchange, this.session, endpoints.pam, endpoints.decrypt);
  }

  /** How values of replies are read, for an authorization that encrypts them. */
  get decrypt(): Decrypt | undefined {
    return this.#parts.endpoints.decrypt;
  }

  /** The DSM secrets that this login may read. Errors: those of listSecrets. */
  listSecrets(): Promise<DsmSecret[]> {
    const { dsm, decrypt } = this.#parts.endpoints;
    return listSecrets(this.exchange, this.session, dsm, decrypt);
  }

  /** A client on the same line under the own login of an application. Errors: those of openApplication. */
  async asApplication(application: Application): Promise<Client> {
    const { hide } = this.#parts;
    const { tokenEndpoint = '', tenant = '', uniqueKey = '' } = this.#parts.auth.parameters ?? {};
    const registered = { ...application, ...(uniqueKey === '' ? {} : { unique_key: uniqueKey }) };
    const own = await openApplication(this.exchange, this.session, registered, (signature) =>
      hide(signature),
    );
    // Another host knows the job, not the application.
    const at = tokenEndpoint.startsWith('/') ? tokenEndpoint : '';
    const auth = clientSecretAuth(own.clientId, own.clientSecret, {
      tokenEndpoint: at,
      tenant,
      uniqueKey: '',
    });
    hideLogin(auth, hide);
    return new Client({ ...this.#parts, auth }, { ...this.#line, loginExchange: undefined });
  }

  /** A client on the same line, with the token that this one has by now, whose requests have other limits. */
  async within(limits: Parameters<Exchange['within']>[0]): Promise<Client> {
    const exchange = this.exchange.within(limits);
    const loginExchange = this.#line.loginExchange?.within(limits);
    const session = await this.session.over(exchange, loginExchange);
    return new Client(this.#parts, { ...this.#line, exchange, loginExchange }, session);
  }

  /** Those CA certificates of the connection that vouched for the vault so far, as PEM. */
  authorities(): string {
    return this.#line.transports.map((each) => each.authorities?.() ?? '').join('');
  }

  /** Closes the line, for every client on it. */
  async close(): Promise<void> {
    this.#line.grace.lift();
    await Promise.all(this.#line.transports.map((each) => each.close()));
  }
}

function hideLogin({ secrets }: ClientAuth, hide: ClientParts['hide']): void {
  for (const { secret, user } of secrets) hide(secret, user);
}
