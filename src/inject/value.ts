/** A value as it is to be read back. A number is its source text, so that no digit is lost. */
export type Wanted =
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'number'; readonly text: string }
  | { readonly is: 'bool'; readonly text: 'true' | 'false' }
  | { readonly is: 'null' }
  | { readonly is: 'list'; readonly items: readonly Wanted[] }
  | { readonly is: 'map'; readonly entries: readonly (readonly [key: string, value: Wanted])[] };
