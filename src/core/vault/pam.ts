import { SeguraError } from '../errors.js';
import { printable } from '../printable.js';
import { option, say, settings } from '../text.js';
import { type Credential, hasPassword, readTaken, requirePassword } from './credential.js';
import type { ReleaseAnswer } from './custody-release.js';
import { ACCEPT_JSON, isMissingRoute } from './dsm.js';
import type { PamEndpoint } from './endpoints.js';
import { type RejectedReply, type ReplyResult, readReply, tookNothing } from './envelope.js';
import { lateErrors } from './errors/late-errors.js';
import type { Exchange } from './exchange.js';
import type { Decrypt } from './field.js';
import type { JsonObject } from './json.js';
import { isLease } from './leases/held-name.js';
import type { Session } from './session.js';

/** The two prefixes that PAM routes live under: `api` from 3.33, `iso` up to 3.32. */
export type Prefix = 'api' | 'iso';

/** Told what became of custody while a credential is read, in the words of core/custody/transitions.ts. */
export interface CustodyObserver {
  /** A request that may take custody leaves when this resolves. */
  leaves(): Promise<void>;
  /** The vault may still carry out a read that got no reply, now or later, in addition to the read that follows it. */
  givenUp(): void;
  /** The reply came: custody is ours. `credential` is missing when the reply could not be read. */
  replied(credential: Credential | undefined, prefix: Prefix | undefined): void;
  /** The last request took nothing: the vault itself rejected it. */
  refused(): void;
  /** No request for the credential can have been carried out. */
  notTaken(): void;
}

/** Reads PAM credentials, each of which takes custody, and releases custody. */
export class Pam {
  readonly #exchange: Exchange;
  readonly #session: Session;
  readonly #endpoint: PamEndpoint;
  readonly #decrypt: Decrypt | undefined;
  #known: Prefix | undefined;

  constructor(exchange: Exchange, session: Session, endpoint: PamEndpoint, decrypt?: Decrypt) {
    this.#exchange = exchange;
    this.#session = session;
    this.#endpoint = endpoint;
    this.#decrypt = decrypt;
  }

  /**
   * The credential of that id, user@host or identifier. Takes custody of it.
   *
   * Errors: CREDENTIAL_NOT_FOUND, CREDENTIAL_INACTIVE, CUSTODY_HELD, ACCESS_DENIED, FIELD_NULL when a password is
   * wanted and no endpoint sends one, NO_SUCH_ROUTE, REPLY_MALFORMED, those of Exchange.
   * Source: GET /api/pam/credential/[id], docs.senhasegura.io v3-33; /iso/pam/credential/[id], v3-32.
   */
  async read(credential: string, wantsPassword: boolean, witness: CustodyObserver): Promise<Credential> {
    const isNumber = /^\d+$/.test(credential);
    if (this.#endpoint === 'coe') {
      if (isNumber)
        return requirePassword(await this.#readOld(credential, witness, false), wantsPassword, credential);
      witness.notTaken();
      throw new SeguraError(
        'CREDENTIAL_NOT_FOUND',
        say`Credential ${printable(credential)} cannot be read by name at ${settings('value', { key: 'pamEndpoint', value: 'coe' })}.`,
        say`Ask for it by its number, or ${settings('set', { key: 'pamEndpoint', value: 'auto', isBare: true })}.`,
      );
    }
    const read = await this.#readDetail(credential, witness);
    if (hasPassword(read) || !wantsPassword || !isNumber || this.#endpoint !== 'auto') {
      return requirePassword(read, wantsPassword, credential);
    }
    const old = await this.#readOld(credential, witness, true);
    const fields = new Map([...read.fields, ...(old?.fields ?? [])]);
    return requirePassword({ ...read, fields }, wantsPassword, credential);
  }

  async #readDetail(credential: string, witness: CustodyObserver): Promise<Credential> {
    const statuses: number[] = [];
    let mayBeOurs = false;
    for (const prefix of this.#prefixes()) {
      const path = `/${prefix}/pam/credential/${encode(credential)}`;
      const { opened, unsure } = await this.#get(path, witness);
      if (opened.ok) {
        this.#known ??= prefix;
        return this.#readTaken(opened.body, credential, path, (read) => witness.replied(read, prefix));
      }
      if (!isMissingRoute(opened)) {
        if (tookNothing(opened) && !unsure) witness.notTaken();
        throw await this.#explainRead(opened, credential, `GET ${path}`);
      }
      statuses.push(opened.status);
      mayBeOurs ||= unsure;
    }
    if (!mayBeOurs) witness.notTaken();
    const places = this.#prefixes().map((prefix) => `/${prefix}/pam/credential`);
    throw new SeguraError(
      'NO_SUCH_ROUTE',
      `The vault does not offer PAM credentials at any of ${places.join(', ')} (HTTP ${statuses.join(', ')}).`,
      say`Check the path of ${option.url}, and ${settings('set', { key: 'pamEndpoint', value: 'coe', isBare: true })} for a vault that has only the old endpoint.`,
    );
  }

  /** The SSH key of that id or identifier, as readSshKey has it. Errors: those of readSshKey. */
  async readKey(key: string, witness: CustodyObserver): Promise<Credential> {
    const { readSshKey } = await import(/* webpackMode: "eager" */ './keys/ssh-key.js');
    const reader = {
      prefixes: this.#prefixes(),
      get: (path: string) => this.#get(path, witness),
      encode,
      client: this.#session.client,
      decrypt: this.#decrypt,
    };
    return readSshKey(key, reader, witness);
  }

  #prefixes(): readonly Prefix[] {
    if (this.#endpoint === 'api' || this.#endpoint === 'iso') return [this.#endpoint];
    return this.#known === undefined ? ['api', 'iso'] : [this.#known];
  }

  /**
   * The credential at the endpoint of old vaults, from the first form that sends a password; undefined when none does.
   *
   * If the credential was read already, a rejection here only means that there is no better reply.
   * Source: GET /iso/coe/senha/[id] is what four independent programs call; the query form is less sure.
   */
  async #readOld(id: string, witness: CustodyObserver, isRead: boolean): Promise<Credential | undefined> {
    const paths = [`/iso/coe/senha?credentialId=${encode(id)}`, `/iso/coe/senha/${encode(id)}`];
    let refusal: SeguraError | undefined;
    let read: Credential | undefined;
    let mayBeOurs = false;
    for (const path of paths) {
      const { opened, unsure } = await this.#get(path, witness);
      if (opened.ok) {
        mayBeOurs = true;
        read = this.#readTaken(opened.body, id, path, (credential) => witness.replied(credential, undefined));
        if (hasPassword(read)) return read;
        continue;
      }
      mayBeOurs ||= unsure || !tookNothing(opened);
      if (refusal?.code !== 'CUSTODY_HELD') refusal = await this.#explainRead(opened, id, `GET ${path}`);
      if (opened.status >= 500) break;
    }
    if (!mayBeOurs) witness.notTaken();
    if (read === undefined && refusal !== undefined && (!isRead || refusal.code === 'CUSTODY_HELD'))
      throw refusal;
    return read;
  }

  #readTaken(
    body: JsonObject,
    asked: string,
    path: string,
    taken: (read: Credential | undefined) => void,
  ): Credential {
    return readTaken(body, { asked, endpoint: `GET ${path}`, decrypt: this.#decrypt }, taken);
  }

  async #get(path: string, witness: CustodyObserver): Promise<{ opened: ReplyResult; unsure: boolean }> {
    const authorize = await this.#session.authorize();
    await witness.leaves();
    const request = { method: 'GET', path, headers: ACCEPT_JSON, authorize } as const;
    // With its answer it is known whether custody was taken: without it, only time tells.
    const reply = await this.#exchange.send(request, 'always', () => witness.givenUp(), true);
    const opened = readReply(reply, `GET ${path}`);
    if (!opened.ok) {
      if (tookNothing(opened)) witness.refused();
      else witness.givenUp();
    }
    return { opened, unsure: reply.unsure };
  }

  /** The result of releasing custody, or of ending a lease by its name in the ledger. Errors: those of releaseUntilAnswered. */
  async release(credential: string, first: Prefix | undefined, isDoubted?: boolean): Promise<ReleaseAnswer> {
    if (isLease(credential)) {
      const { endLease } = await import(/* webpackMode: "eager" */ './leases/deprovision.js');
      return endLease(credential, this.#exchange, this.#session, isDoubted);
    }
    const { releaseUntilAnswered } = await import(/* webpackMode: "eager" */ './custody-release.js');
    const preferred = first ?? this.#known ?? (this.#endpoint === 'iso' ? 'iso' : 'api');
    const prefixes: Prefix[] = preferred === 'api' ? ['api', 'iso'] : ['iso', 'api'];
    const paths = prefixes.map((prefix) => `/${prefix}/pam/credential/custody/${encode(credential)}`);
    return releaseUntilAnswered(paths, this.#exchange, this.#session);
  }

  async #explainRead(refused: RejectedReply, credential: string, endpoint: string): Promise<SeguraError> {
    const { credentialError, replyError } = await lateErrors();
    return credentialError(refused, credential) ?? replyError(refused, endpoint, this.#session.client);
  }
}

/** A credential's name in a path; "@" may stand there as it is, and some vaults want it so. */
function encode(credential: string): string {
  return encodeURIComponent(credential).replaceAll('%40', '@');
}
