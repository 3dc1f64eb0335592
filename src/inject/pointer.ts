/** The keys of a JSON Pointer (RFC 6901), and which of several YAML documents it is in, if it says so. */
export interface Pointer {
  readonly document: number | undefined;
  readonly keys: readonly string[];
}

const DOCUMENT = /^\[(\d{1,6})\](?=\/)/;

/** Whether a text is a pointer to something inside a document; `[1]/a` only where there can be several documents. */
export function isPointer(text: string, severalDocuments: boolean): boolean {
  const rest = severalDocuments ? text.replace(DOCUMENT, '') : text;
  return /^(?:\/(?:[^~/]|~[01])*)+$/.test(rest);
}

/** A pointer that isPointer has found right. */
export function readPointer(text: string): Pointer {
  const index = DOCUMENT.exec(text)?.[1];
  const keys = text.replace(DOCUMENT, '').slice(1).split('/');
  return {
    document: index === undefined ? undefined : Number(index),
    keys: keys.map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~')),
  };
}

/** Keys as a pointer. */
export function showPointer(keys: readonly string[], document?: number): string {
  const index = document === undefined ? '' : `[${document}]`;
  return index + keys.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** What was most likely meant by a text that is no pointer: `a.b` and `a/b` are `/a/b`. */
export function pointerLike(text: string): string {
  const bare = text.replaceAll(/~(?![01])/g, '~0');
  if (bare.startsWith('/')) return bare;
  return `/${bare.includes('/') ? bare : bare.replace(/^\$\./, '').replaceAll('.', '/')}`;
}
