import { closestMatch } from '../../did-you-mean.js';
import { SeguraError } from '../../errors.js';
import { printable } from '../../printable.js';
import type { Client } from '../client.js';
import { textOfField } from '../field.js';
import type { Explain } from '../items/pam-get.js';
import { listSafe, readSafe, type SafeItem, type SafeKind, type SafeRow } from './safe-items.js';

/** An item as a user names it: by its number, the identifier of an API secret, or its name. */
export interface SafeName {
  readonly kind: SafeKind;
  readonly name: string;
}

/** How messages call each kind. */
const WORDS: Readonly<Record<SafeKind, string>> = {
  password: 'password',
  note: 'note',
  api: 'API secret',
};

/** Source: docs.senhasegura.io v3-33 and v4, "MySafe APIs": the errors of each request. */
const NOT_FOUND = 1005;
const NO_ACCESS = 1006;
const INACTIVE = 1009;
const NO_NUMBER = 1010;

/** Reads items of MySafe, each list once. */
export class SafeReader {
  readonly #client: Client;
  readonly #lists = new Map<SafeKind, ReturnType<typeof listSafe>>();
  readonly #items = new Map<string, Promise<SafeItem | undefined>>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** Errors: ITEM_NOT_FOUND, with the nearest name that the list has; those of `find`. */
  async get(wanted: SafeName): Promise<SafeItem> {
    const item = await this.find(wanted);
    if (item !== undefined) return item;
    throw await this.#missing(wanted);
  }

  /**
   * The item of that number, that identifier, or that name; undefined where the access key has none.
   *
   * Errors: FIELD_AMBIGUOUS for a name of several items, ITEM_NOT_FOUND for an inactive one, ACCESS_DENIED, those of listSafe
   * and readSafe.
   */
  find(wanted: SafeName): Promise<SafeItem | undefined> {
    const key = JSON.stringify([wanted.kind, wanted.name]);
    const known = this.#items.get(key) ?? this.#find(wanted);
    this.#items.set(key, known);
    return known;
  }

  /** What the access key may use, of one kind. Errors: those of listSafe. */
  list(kind: SafeKind): ReturnType<typeof listSafe> {
    const known = this.#lists.get(kind) ?? listSafe(this.#client, kind);
    this.#lists.set(kind, known);
    return known;
  }

  async #find(wanted: SafeName): Promise<SafeItem | undefined> {
    const { kind, name } = wanted;
    if (/^\d+$/.test(name)) return await this.#read(wanted, name);
    if (kind === 'api') {
      const { rows } = await listSafe(this.#client, kind, { identifier_code: name });
      // A vault that does not filter lists others too: the item itself has to say so.
      const [row] = rows.length === 1 ? rows : [];
      const item = row === undefined ? undefined : await this.#read(wanted, row.identifier);
      if (textOfField(item?.fields.get('identifier_code')) === name) return item;
    }
    const rows = (await this.list(kind)).rows.filter((row) => row.name === name);
    if (rows.length > 1) throw severalOf(wanted, rows);
    const [row] = rows;
    return row === undefined ? undefined : await this.#read(wanted, row.identifier);
  }

  async #read(wanted: SafeName, identifier: string): Promise<SafeItem | undefined> {
    const missing = new Error('the item is not there');
    const explain: Explain = ({ code }) => {
      if (code === NOT_FOUND || code === NO_NUMBER) throw missing;
      return code === INACTIVE || code === NO_ACCESS ? closed(wanted, code) : undefined;
    };
    try {
      return await readSafe(this.#client, wanted.kind, identifier, explain);
    } catch (error) {
      if (error === missing) return undefined;
      throw error;
    }
  }

  async #missing({ kind, name }: SafeName): Promise<SeguraError> {
    const { rows } = await this.list(kind);
    const near = closestMatch(
      name,
      rows.map((row) => row.name),
    );
    return new SeguraError(
      'ITEM_NOT_FOUND',
      `MySafe has no ${WORDS[kind]} ${printable(name)} for this access key.`,
      near === undefined
        ? 'Check the name, and that the access key includes the item. segura-secrets mysafe list shows what there is.'
        : `Did you mean ${kind}:${inQuotes(near)}?`,
    );
  }
}

/** As a request line takes it, and a shell. */
function inQuotes(name: string): string {
  return /^[\w.@+-]+$/.test(name) ? name : `"${printable(name).replaceAll('"', '\\"')}"`;
}

/** The name of an item as a request has it. */
export function showSafe({ kind, name }: SafeName): string {
  return `${kind}:${printable(name)}`;
}

/** What the vault says of one item, and not of MySafe as a whole. */
export class ClosedItem extends SeguraError {}

function closed(wanted: SafeName, code: number): SeguraError {
  return code === INACTIVE
    ? new SeguraError(
        'ITEM_NOT_FOUND',
        `${showSafe(wanted)} is inactive in MySafe (code ${code}).`,
        'Enable it in MySafe, or name another one.',
      )
    : new ClosedItem(
        'ACCESS_DENIED',
        `The access key may not use ${showSafe(wanted)} (code ${code}).`,
        'Add it to the items of the access key, or share it with the user of the key, in MySafe.',
      );
}

function severalOf({ kind, name }: SafeName, rows: readonly SafeRow[]): SeguraError {
  const numbers = rows.map(({ identifier }) => `${kind}:${identifier}`);
  return new SeguraError(
    'FIELD_AMBIGUOUS',
    `MySafe has ${rows.length} ${WORDS[kind]}s with the name ${printable(name)}.`,
    `Name the one you mean by its number${kind === 'api' ? ' or its identifier' : ''}: ${numbers.join(', ')}.`,
  );
}
