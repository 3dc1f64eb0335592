import { withoutControls } from '../printable.js';
import { VERSION } from '../version.js';
import { plainJson } from './plain-json.js';

/** One change, for an audit: who, what, where, and between which versions. It has names of fields, and no value. */
export interface ChangeRecord {
  /** ISO 8601, UTC. */
  readonly time: string;
  /** Client id of the authorization that made it. */
  readonly client: string;
  /** Host and port of the vault. */
  readonly vault: string;
  /** Noun and verb, as `secret.put`. */
  readonly change: string;
  /** The identity or number of what was changed. */
  readonly target: string;
  /**
   * `uncertain`: what became of it could not be found out. `rejected`: it surely was not made. `interrupted`: a signal came
   * before that was known.
   */
  readonly outcome: 'done' | 'uncertain' | 'rejected' | 'interrupted';
  readonly versionBefore: string | null;
  readonly versionAfter: string | null;
  /** X-Request-Id of the reply, where the vault sends one. */
  readonly requestId: string | null;
  /** The names of the fields that were written or removed. */
  readonly fields: readonly string[];
}

/** As one line for a person. */
export function recordText(record: ChangeRecord): string {
  const { client, change, target, outcome, versionBefore, versionAfter, requestId } = record;
  const isVersioned = versionBefore !== null || versionAfter !== null;
  const version = isVersioned
    ? `, version ${quoted(versionBefore ?? 'none')} -> ${quoted(versionAfter ?? 'unknown')}`
    : '';
  return `audit: ${change} ${quoted(target)} by client ${quoted(client)}: ${outcome}${version}, request id ${requestId ?? 'none'}`;
}

/** As one line of JSON. */
export function recordJson(record: ChangeRecord): string {
  return `${plainJson(JSON.stringify(record))}\n`;
}

/**
 * As one line of the Common Event Format.
 *
 * Source: ArcSight Common Event Format, version 25: `|` and `\` are escaped in the header, `=`, `\` and line ends in the
 * values of the extension.
 */
export function recordCef(record: ChangeRecord): string {
  const severity = record.outcome === 'done' ? '3' : '6';
  const header = [
    'segura-secrets',
    'segura-secrets',
    VERSION,
    record.change,
    `${record.change} in the vault`,
    severity,
  ];
  const extension: [string, string | null][] = [
    ['rt', String(Date.parse(record.time))],
    ['suser', record.client],
    ['dhost', record.vault],
    ['act', record.change],
    ['outcome', record.outcome],
    ['externalId', record.requestId],
    ['cs1Label', 'target'],
    ['cs1', record.target],
    ['cs2Label', record.versionBefore === null ? null : 'versionBefore'],
    ['cs2', record.versionBefore],
    ['cs3Label', record.versionAfter === null ? null : 'versionAfter'],
    ['cs3', record.versionAfter],
    ['cs4Label', 'fields'],
    ['cs4', record.fields.join(',')],
  ];
  const pairs = extension.flatMap(([key, value]) => (value === null ? [] : [`${key}=${ofExtension(value)}`]));
  return `CEF:0|${header.map(ofHeader).join('|')}|${pairs.join(' ')}\n`;
}

function ofHeader(text: string): string {
  return text.replaceAll(/[\\|]/g, '\\$&').replaceAll(/[\r\n]+/g, ' ');
}

function ofExtension(text: string): string {
  return withoutControls(text.replaceAll(/[\\=]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r'));
}

/** In quotes where it is not one plain word, or a time as the vault writes it. */
function quoted(text: string): string {
  return /^(?:[\w./:@-]+|[\d-]{10} [\d:]{8})$/.test(text) ? text : plainJson(JSON.stringify(text));
}
