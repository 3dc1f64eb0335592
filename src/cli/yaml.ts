import { parseDocument } from 'yaml';

/** What a YAML or JSON text holds. Throws at the first fault; the parser's own words quote the text, so show none of them. */
export function parseYaml(text: string, scalars: 'text' | 'typed'): unknown {
  const document = parseDocument(text, {
    schema: scalars === 'text' ? 'failsafe' : 'core',
    logLevel: 'error',
    prettyErrors: false,
  });
  const [fault] = document.errors;
  if (fault !== undefined) throw fault;
  return document.toJS();
}
