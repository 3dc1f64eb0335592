import type { Exchange } from './exchange.js';

/** Named values of a request, from a form, multipart, JSON or the query. */
export type Fields = Readonly<Record<string, unknown>>;

/**
 * The body's fields over the query's; a body that is not what its Content-Type says has none.
 * Source: the documents show JSON, dsmcli and the Ansible collection send forms, the OpenAPI export multipart,
 * and a third-party client puts all in the query of a POST.
 */
export function readFields(exchange: Exchange): Fields {
  return { ...Object.fromEntries(exchange.query), ...bodyFields(exchange) };
}

export function formFields(exchange: Exchange): Record<string, string> {
  if (mediaType(exchange) !== 'application/x-www-form-urlencoded') return {};
  return Object.fromEntries(new URLSearchParams(exchange.body.toString('utf8')));
}

/** Whether a form has a field twice. Source: RFC 6749 section 3.2: no parameter more than once. */
export function repeatedField(exchange: Exchange): boolean {
  const names = [...new URLSearchParams(exchange.body.toString('utf8')).keys()];
  return new Set(names).size < names.length;
}

/** A field as text: numbers as digits, anything else absent. */
export function text(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? value : undefined;
}

function bodyFields(exchange: Exchange): Record<string, unknown> {
  switch (mediaType(exchange)) {
    case 'application/json':
      return jsonFields(exchange.body.toString('utf8'));
    case 'multipart/form-data':
      return multipartFields(exchange);
    default:
      return formFields(exchange);
  }
}

function mediaType(exchange: Exchange): string {
  return (exchange.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

function jsonFields(body: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(body);
    return isRecord(parsed) ? parsed : {};
  } catch {
    return {};
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function multipartFields(exchange: Exchange): Record<string, string> {
  const boundary = /boundary="?([^";]+)"?/i.exec(exchange.headers['content-type'] ?? '')?.[1];
  if (boundary === undefined) return {};
  const fields: Record<string, string> = {};
  for (const part of exchange.body.toString('utf8').split(`--${boundary}`)) {
    const [head = '', ...rest] = part.split('\r\n\r\n');
    const name = /name="([^"]*)"/i.exec(head)?.[1];
    if (name !== undefined) fields[name] = rest.join('\r\n\r\n').replace(/\r\n$/, '');
  }
  return fields;
}
