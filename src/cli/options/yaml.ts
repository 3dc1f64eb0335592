import type { YAMLParseError } from 'yaml';

/** The content of a YAML or JSON text. Throws at the first fault, which faultOf describes. */
export type YamlReader = (text: string, scalars: 'text' | 'typed') => unknown;

/** The reader. Its parser is evaluated only here: a failure of that is not a fault of the text. */
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
