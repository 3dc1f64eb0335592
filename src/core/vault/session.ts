import { TOKEN_LIFETIME_WHEN_UNSAID_SECONDS } from '../assumptions.js';
import { SeguraError } from '../errors.js';
import type { Clock } from '../ports.js';
import { Secret } from '../secret.js';
import { open } from './envelope.js';
import { explain } from './errors/reply-error.js';
import type { Answer, Exchange } from './exchange.js';
import { child, loginAt, malformed } from './json.js';

const TOKEN_PATH = '/iso/oauth2/token';
const ENDPOINT = `POST ${TOKEN_PATH}`;
const EXPIRY_MARGIN_SECONDS = 60;

export interface SessionParts {
  readonly exchange: Exchange;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly clientId: string;
  readonly clientSecret: Secret;
  /** Called with each new token before anything else can see it. */
  readonly onToken: (token: Secret) => void;
}

/** A bearer of OAuth 2.0 client credentials, asked for when it is first needed and again when it is stale. */
export class Session {
  readonly #parts: SessionParts;
  #token: Promise<Secret> | undefined;
  #staleAtMs = Number.POSITIVE_INFINITY;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  /** Who logs in. */
  get clientId(): string {
    return this.#parts.clientId;
  }

  /** The same session over another exchange, with the token it has by now, or the refusal of one. */
  async over(exchange: Exchange): Promise<Session> {
    const next = new Session({ ...this.#parts, exchange });
    try {
      const token = await this.#token;
      if (token !== undefined) next.#token = Promise.resolve(token);
      next.#staleAtMs = this.#staleAtMs;
    } catch (error) {
      // Only the vault's own word is final; what broke on the way may go through over the other exchange.
      if (error instanceof SeguraError && error.code === 'TOKEN_REJECTED') next.#token = this.#token;
    }
    return next;
  }

  /**
   * A token with time left: 60 s, or half its life when that is under 120 s. One request however many callers wait.
   *
   * Errors: TOKEN_REJECTED, ACCESS_DENIED, REPLY_MALFORMED and those of Exchange. A refusal is kept: it is final.
   */
  bearer(): Promise<Secret> {
    if (this.#token === undefined || this.#parts.clock.nowMs() >= this.#staleAtMs) {
      this.#staleAtMs = Number.POSITIVE_INFINITY;
      this.#token = this.#request();
    }
    return this.#token;
  }

  /**
   * Source: POST /iso/oauth2/token, docs.senhasegura.io v3-32 "A2A first steps"; credentials in the body, as every
   * official client sends them, then HTTP Basic (RFC 6749 section 2.3.1), as helpcenter.senhasegura.io 3.25 shows.
   */
  async #request(): Promise<Secret> {
    const { clientId, clientSecret, clock, onToken } = this.#parts;
    const inBody = { client_id: clientId, client_secret: clientSecret.reveal() };
    const requestedAtMs = clock.nowMs();
    let reply = await this.#post({ grant_type: 'client_credentials', ...inBody }, {});
    if (reply.status === 400 || reply.status === 401) {
      const pair = `${clientId}:${clientSecret.reveal()}`;
      const basic = { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
      reply = await this.#post({ grant_type: 'client_credentials' }, basic);
    }
    const { token, lifetimeSeconds } = readToken(reply, clientId);
    onToken(token);
    const marginSeconds =
      lifetimeSeconds < 2 * EXPIRY_MARGIN_SECONDS ? lifetimeSeconds / 2 : EXPIRY_MARGIN_SECONDS;
    this.#staleAtMs = requestedAtMs + (lifetimeSeconds - marginSeconds) * 1_000;
    return token;
  }

  #post(form: Record<string, string>, headers: Record<string, string>): Promise<Answer> {
    return this.#parts.exchange.send({
      method: 'POST',
      path: TOKEN_PATH,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
        ...headers,
      },
      body: new URLSearchParams(form).toString(),
    });
  }
}

function readToken(reply: Answer, clientId: string): { token: Secret; lifetimeSeconds: number } {
  const opened = open(reply, ENDPOINT);
  if (!opened.ok) {
    if (opened.status === 400 || opened.status === 401 || opened.says === 'authentication-failed') {
      throw new SeguraError(
        'TOKEN_REJECTED',
        `${ENDPOINT}: the vault refused the client credentials (HTTP ${opened.status}).`,
        'Check "client-id" and "client-secret", and in the vault that the authorization is active, has not expired, and allows this runner\'s address.',
      );
    }
    throw explain(opened, ENDPOINT, clientId);
  }
  const { body } = opened;
  const node = child({ value: body, path: '$', endpoint: ENDPOINT }, 'access_token');
  if (typeof node.value !== 'string' || node.value === '')
    throw malformed(ENDPOINT, `${node.path} is missing`);
  const token = loginAt(node);
  if (!/^[\x21-\x7e]+$/.test(token)) throw malformed(ENDPOINT, '$.access_token has characters no token has');
  const said = Number.parseFloat(String(body['expires_in']));
  const lifetimeSeconds = Number.isFinite(said) && said >= 0 ? said : TOKEN_LIFETIME_WHEN_UNSAID_SECONDS;
  return { token: new Secret(token), lifetimeSeconds };
}
