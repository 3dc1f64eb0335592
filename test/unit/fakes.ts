import { Ledger } from '../../src/core/custody/ledger.js';
import type { LedgerData } from '../../src/core/custody/ledger-data.js';
import { problemsOf, type SeguraError } from '../../src/core/errors.js';
import type { Clock, FileEntry, Platform, SummaryRow, Write } from '../../src/core/ports.js';
import { Secret } from '../../src/core/secret.js';
import { plain, type Text } from '../../src/core/text.js';
import type { HttpReply, HttpRequest, Transport } from '../../src/core/transport.js';
import { clientSecretAuth } from '../../src/core/vault/auth/client-secret.js';
import type { IdentitySource } from '../../src/core/vault/auth/identity-source.js';
import { Exchange } from '../../src/core/vault/exchange.js';
import { Session } from '../../src/core/vault/session.js';

/** Time that passes only when someone sleeps, or when a test says so. */
export class FakeClock implements Clock {
  now = 1_700_000_000_000;
  readonly sleeps: number[] = [];
  chance = 0.5;
  onSleep: () => void = () => undefined;

  nowMs(): number {
    return this.now;
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    this.sleeps.push(ms);
    if (!signal.aborted) this.now += ms;
    this.onSleep();
  }

  random(): number {
    return this.chance;
  }

  /** What it limits is real work, which takes real time. */
  after(ms: number, operation: () => void): () => void {
    const timer = setTimeout(operation, ms);
    return () => clearTimeout(timer);
  }
}

type Answer = HttpReply | Error;
/** What a request meets: a reply, or an error that is thrown. */
export type Answering = (request: HttpRequest, number: number) => Answer | Promise<Answer>;

/** A vault that is one function; every request is kept. */
export class FakeTransport implements Transport {
  readonly requests: HttpRequest[] = [];
  readonly #answer: Answering;

  constructor(answer: Answering) {
    this.#answer = answer;
  }

  async send(request: HttpRequest): Promise<HttpReply> {
    this.requests.push(request);
    const answer = await this.#answer(request, this.requests.length);
    if (answer instanceof Error) throw answer;
    return answer;
  }

  async close(): Promise<void> {}
  get lines(): string[] {
    return this.requests.map(({ method, path }) => `${method} ${path}`);
  }
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): HttpReply {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    text: JSON.stringify(body),
  };
}

export function success(entities: Record<string, unknown> = {}): HttpReply {
  return json(200, {
    code: 200,
    response: { status: 200, message: 'OK', error: false, error_code: 0 },
    ...entities,
  });
}

export function refusal(code: number, message: string, status = 400): HttpReply {
  const text = `${code}: ${message}`;
  return json(status, {
    code: status,
    response: { status, message: text, error: true, error_code: 1, mensagem: text, erro: true, cod_erro: 1 },
    exception: { code, message: text, detail: null },
  });
}

export const NO_ROUTE = json(404, { message: 'no Route matched with those values' });
export const NOT_IN_CUSTODY = refusal(1018, 'The credential is not in the user custody');
export const HELD_BY_ANOTHER = refusal(1050, 'The credential is in the custody of another user');

export function token(text = 'token-1', expiresIn: unknown = 3_600): HttpReply {
  return json(200, { token_type: 'Bearer', expires_in: expiresIn, access_token: text });
}

export const quietLog = { info: () => undefined, warning: () => undefined, debug: () => undefined };

export interface Line {
  readonly clock: FakeClock;
  readonly transport: FakeTransport;
  readonly exchange: Exchange;
  readonly stop: AbortController;
}

/** An exchange over a fake transport and a fake clock. */
export function lineTo(
  answer: Answering,
  options: { retries?: number; deadlineMs?: number; isPersistent?: boolean } = {},
): Line {
  const clock = new FakeClock();
  const transport = new FakeTransport(answer);
  const stop = new AbortController();
  const exchange = new Exchange({
    transport,
    clock,
    log: quietLog,
    timeoutMs: 30_000,
    retries: options.retries ?? 4,
    isPersistent: options.isPersistent ?? false,
    deadlineAtMs: clock.now + (options.deadlineMs ?? 120_000),
    signal: stop.signal,
  });
  return { clock, transport, exchange, stop };
}

export const CLIENT_ID = 'client-0123456789abcdef';
export const CLIENT_SECRET = 'client-secret-0123456789';

export function sessionOver({ exchange, clock }: Line, onToken: (token: Secret) => void = () => undefined) {
  return new Session({
    exchange,
    clock,
    auth: clientSecretAuth(CLIENT_ID, new Secret(CLIENT_SECRET)),
    onToken,
  });
}

/** Everything a run asks of its platform, kept in the order it came. */
export const RUN = 'us/it/1/1/build';

export class FakePlatform implements Platform {
  readonly run = RUN;
  readonly events: string[] = [];
  readonly masks: string[] = [];
  readonly saved: string[] = [];
  readonly warnings: string[] = [];
  readonly infos: string[] = [];
  readonly writes: Write[] = [];
  readonly contents = new Map<string, string>();
  readonly rows: SummaryRow[] = [];
  maxStateLength = 100_000;
  refused: SeguraError[] = [];

  readonly files = {
    check: (): SeguraError[] => [],
    create: async (path: string) => {
      this.events.push(`create ${path}`);
      const entry: FileEntry = { path, device: '1', inode: String(this.contents.size + 2), folder: false };
      this.contents.set(path, '');
      return {
        entry,
        write: (content: string | Uint8Array) => {
          this.events.push(`fill ${path}`);
          this.contents.set(path, String(content));
        },
      };
    },
    createFolder: (): FileEntry => ({ path: '/tmp/private', device: '1', inode: '1', folder: true }),
    remove: (entry: FileEntry): 'removed' | 'gone' => {
      this.events.push(`remove ${entry.path}`);
      return this.contents.delete(entry.path) || entry.folder ? 'removed' : 'gone';
    },
    keep: () => ({
      entry: { path: '/tmp/ca', device: '0', inode: '0', folder: false },
      create: () => ({
        entry: { path: '/tmp/ca', device: '1', inode: '9', folder: false },
        write: (): void => undefined,
      }),
    }),
    isInWorkspace: ({ path }: FileEntry): boolean => path.startsWith('/workspace/'),
    read: (): Buffer => Buffer.alloc(0),
    open: () => Promise.reject(new Error('no file is opened')),
    replaceAll: async () => undefined,
    restore: async () => 'gone' as const,
  };

  check(): SeguraError[] {
    return [];
  }

  checkWrites(): SeguraError[] {
    return this.refused;
  }
  mask(text: string): void {
    this.events.push('mask');
    this.masks.push(text);
  }

  save(sealed: string): void {
    this.events.push('save');
    this.saved.push(sealed);
  }

  async commit(writes: readonly Write[]): Promise<void> {
    this.events.push(...writes.map(({ name }) => `write ${name}`));
    this.writes.push(...writes);
  }

  info(message: Text): void {
    this.infos.push(plain(message));
  }
  warning(message: Text): void {
    this.warnings.push(plain(message));
  }
  debug(): void {}
  async flush(): Promise<void> {
    this.events.push('flush');
  }
  async summarize(rows: readonly SummaryRow[]): Promise<void> {
    this.rows.push(...rows);
  }
}

export const LEDGER_DATA: Omit<LedgerData, 'version' | 'custody' | 'files'> = {
  connection: {
    url: 'https://vault.example.com',
    proxy: undefined,
    noProxy: '',
    caCertificates: '',
    tlsVerify: true,
  },
  clientId: CLIENT_ID,
  pamEndpoint: 'auto',
  timeoutMs: 30_000,
  releaseFailure: 'warn',
  run: RUN,
};

export function ledgerOn(platform: Pick<FakePlatform, 'save'>): Ledger {
  return new Ledger(platform, new Secret(CLIENT_SECRET), LEDGER_DATA);
}

/** The problems that an operation throws; none when it throws nothing. */
export function problemsIn(operation: () => unknown): readonly SeguraError[] {
  try {
    operation();
    return [];
  } catch (error) {
    return problemsOf(error);
  }
}

export async function problemsOfPromise(promise: Promise<unknown>): Promise<readonly SeguraError[]> {
  try {
    await promise;
    return [];
  } catch (error) {
    return problemsOf(error);
  }
}

export function codesOf(problems: readonly SeguraError[]): string[] {
  return problems.map(({ code }) => code);
}

/** For runs that log in without an identity token. */
export const NO_IDENTITY: IdentitySource = {
  token: () => Promise.reject(new Error('no identity token is wanted')),
  settle: () => Promise.reject(new Error('no identity token is wanted')),
  authorities: async () => '',
  holders: () => Promise.reject(new Error('no identity token is wanted')),
};
