import { SeguraError } from '../errors.js';
import { Secret } from '../secret.js';
import { option, say } from '../text.js';
import type { DsmEndpoint } from './endpoints.js';
import { type RejectedReply, readReply } from './envelope.js';
import { lateErrors } from './errors/late-errors.js';
import type { Exchange } from './exchange.js';
import { type Decrypt, type Fields, fieldAt } from './field.js';
import {
  child,
  elementsAt,
  isObject,
  loginAt,
  malformed,
  type Node,
  objectAt,
  optionalTextAt,
  textAt,
} from './json.js';
import type { Session } from './session.js';

/** One secret of DSM with the maps of its `data`, in the vault's order. */
export interface DsmSecret {
  /** Empty where it cannot be read. */
  readonly identity: string;
  readonly version: string | undefined;
  /** As the vault writes it, in its own time zone. */
  readonly expires: string | undefined;
  /** What the vault says of it besides. */
  readonly details?: SecretDetails;
  /** Throws only when it is read: REPLY_MALFORMED, for a secret that cannot be read. */
  readonly maps: readonly Fields[];
}

export interface SecretDetails {
  /** Its number. */
  readonly id?: string | undefined;
  readonly name: string | undefined;
  readonly engine: string | undefined;
}

const PATHS = { sctm: '/iso/sctm/secret', dapp: '/iso/dapp/application', api: '/api/dsm/secret' } as const;
const AUTO = ['sctm', 'dapp', 'api'] as const;
const REGISTER = 'POST /iso/dapp/Application';

/**
 * The secrets the authorization may read.
 *
 * Shape: `data` as a list of maps or as one map; a value is text, or null where the vault holds none.
 * Errors: ACCESS_DENIED, NO_SUCH_ROUTE when no endpoint of the order is there, REPLY_MALFORMED, those of Exchange.
 * Source: GET /iso/sctm/secret (dsmcli, 2024-11), GET /iso/dapp/application (docs.senhasegura.io v3-32, "DSM APIs").
 */
export async function listSecrets(
  exchange: Exchange,
  session: Session,
  endpoint: DsmEndpoint,
  decrypt?: Decrypt,
): Promise<DsmSecret[]> {
  const order = endpoint === 'auto' ? AUTO : ([endpoint] as const);
  const missing: string[] = [];
  for (const name of order) {
    const path = PATHS[name];
    const authorize = await session.authorize();
    const reply = await exchange.send({ method: 'GET', path, headers: ACCEPT_JSON, authorize });
    const opened = readReply(reply, `GET ${path}`);
    if (opened.ok) return readSecrets({ value: opened.body, path: '$', endpoint: `GET ${path}` }, decrypt);
    if (!isMissingRoute(opened)) throw (await lateErrors()).replyError(opened, `GET ${path}`, session.client);
    missing.push(path);
  }
  throw new SeguraError(
    'NO_SUCH_ROUTE',
    `The vault does not list DSM secrets at any of ${missing.join(', ')}.`,
    say`Check the path of ${option.url}, that DSM is licensed, and ${option.dsmEndpoint} if it is set.`,
  );
}

export const ACCEPT_JSON = { accept: 'application/json' };
export const FORM = { ...ACCEPT_JSON, 'content-type': 'application/x-www-form-urlencoded' };

export function isMissingRoute(refused: RejectedReply): boolean {
  return refused.says === 'no-route' || (refused.status === 404 && refused.code === undefined);
}

/**
 * Client credentials of the application's own authorization.
 *
 * The vault may create the authorization, so the request is sent again only when it surely was not carried out.
 * Source: POST /iso/dapp/Application, docs.senhasegura.io v3-33 "POST | Application"; dsmcli sends the form.
 */
export async function openApplication(
  exchange: Exchange,
  session: Session,
  application: Application & { readonly unique_key?: string },
  onSignature: (signature: Secret) => void,
): Promise<{ clientId: string; clientSecret: Secret }> {
  const authorize = await session.authorize();
  const reply = await exchange.send(
    {
      method: 'POST',
      path: '/iso/dapp/Application',
      headers: FORM,
      authorize,
      body: new URLSearchParams({ ...application }).toString(),
    },
    'unsent',
  );
  const opened = readReply(reply, REGISTER);
  if (!opened.ok) throw (await lateErrors()).replyError(opened, REGISTER, session.client);
  const node = { value: opened.body, path: '$', endpoint: REGISTER };
  const clientSecret = new Secret(loginAt(child(node, 'signature')));
  onSignature(clientSecret);
  return { clientId: loginAt(child(node, 'id')), clientSecret };
}

/** The secrets of a reply, in any of its documented shapes. Errors: REPLY_MALFORMED. */
export function readSecrets(body: Node, decrypt: Decrypt | undefined): DsmSecret[] {
  const places = [
    child(body, 'secrets'),
    child(child(body, 'application'), 'secrets'),
    child(child(body, 'response'), 'secrets'),
  ];
  const list = places.find(({ value }) => value !== undefined);
  if (list === undefined)
    throw malformed(body.endpoint, 'neither $.secrets nor $.application.secrets is there');
  const { value } = list;
  if (!Array.isArray(value)) throw malformed(list.endpoint, `${list.path} is not a list`);
  return value.map((each: unknown, index) => new ListedSecret(list, index, each, decrypt));
}

/**
 * A secret of a listing. Its identity is read at once, the rest on request: of thousands, most are never requested, and a
 * secret that cannot be read fails only the request that asks for it.
 */
class ListedSecret implements DsmSecret {
  readonly identity: string;
  readonly #list: Node;
  readonly #index: number;
  readonly #decrypt: Decrypt | undefined;
  #maps: readonly Fields[] | undefined;

  constructor(list: Node, index: number, value: unknown, decrypt: Decrypt | undefined) {
    this.#list = list;
    this.#index = index;
    this.#decrypt = decrypt;
    const identity = isObject(value) ? value['identity'] : undefined;
    this.identity = ['string', 'number', 'boolean'].includes(typeof identity) ? String(identity) : '';
  }

  get version(): string | undefined {
    return optionalTextAt(this.#member('version'));
  }

  get expires(): string | undefined {
    return optionalTextAt(this.#member('expiration_date'));
  }

  get details(): SecretDetails {
    const [id, name, engine] = ['secret_id', 'secret_name', 'engine'].map((key) =>
      optionalTextAt(this.#member(key)),
    );
    return { id, name, engine };
  }

  get maps(): readonly Fields[] {
    if (this.#maps === undefined) {
      objectAt(child(this.#list, this.#index));
      textAt(this.#member('identity'));
      this.#maps = readMaps(this.#member('data'), this.#decrypt);
    }
    return this.#maps;
  }

  #member(name: string): Node {
    return child(child(this.#list, this.#index), name);
  }
}

function readMaps(data: Node, decrypt: Decrypt | undefined): Fields[] {
  if (data.value === undefined || data.value === null) return [];
  const maps = isObject(data.value) ? [data] : elementsAt(data);
  return maps.map(
    (map) => new Map(Object.keys(objectAt(map)).map((label) => [label, fieldAt(child(map, label), decrypt)])),
  );
}

/** The three names that select a DSM application. */
export interface Application {
  readonly application: string;
  readonly system: string;
  readonly environment: string;
}
