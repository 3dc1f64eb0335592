import type { YAMLParseError } from 'yaml';

/** What a YAML or JSON text holds. Throws at the first fault, to be told by faultOf. */
export type YamlReader = (text: string, scalars: 'text' | 'typed') => unknown;

/** The reader, whose parser is evaluated only here: what fails by that is no fault of a text. */
export async function openYaml(): Promise<YamlReader> {
  const { LineCounter, parseDocument } = await import(/* webpackMode: "eager" */ 'yaml');
  return (text, scalars) => {
    const lineCounter = new LineCounter();
    const document = parseDocument(text, {
      lineCounter,
      schema: scalars === 'text' ? 'failsafe' : 'core',
      logLevel: 'error',
      prettyErrors: false,
    });
    const [fault] = document.errors;
    if (fault !== undefined) {
      fault.linePos = [lineCounter.linePos(fault.pos[0])];
      throw fault;
    }
    return document.toJS();
  };
}

/** Where and what, without the parser's own words: they quote the text, which may hold a secret. */
export function faultOf(error: unknown): string {
  if (!isParseError(error)) return 'not to be read';
  const words = error.code.toLowerCase().replaceAll('_', ' ');
  return `line ${error.linePos?.[0].line ?? 1}: ${words}`;
}

/** By its name, since the parser may not be there. */
function isParseError(error: unknown): error is YAMLParseError {
  return error instanceof Error && error.name === 'YAMLParseError';
}
