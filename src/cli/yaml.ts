import { LineCounter, parseDocument, YAMLParseError } from 'yaml';

/** What a YAML or JSON text holds. Throws at the first fault, to be told by faultOf. */
export function parseYaml(text: string, scalars: 'text' | 'typed'): unknown {
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
}

/** Where and what, without the parser's own words: they quote the text, which may hold a secret. */
export function faultOf(error: unknown): string {
  if (!(error instanceof YAMLParseError)) return 'not to be read';
  const words = error.code.toLowerCase().replaceAll('_', ' ');
  return `line ${error.linePos?.[0].line ?? 1}: ${words}`;
}
