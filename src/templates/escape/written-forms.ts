import { quotedJson } from '../../inject/formats/json.js';
import { escapeValue } from '../../inject/formats/properties.js';
import { xmlAttribute, xmlText } from '../../inject/formats/xml-write.js';
import { quotedYaml } from '../../inject/formats/yaml-text.js';
import type { TargetFormat } from './faults.js';

/** The ways in which a value can stand in a file of a format, without its quotes. */
export function writtenForms(format: TargetFormat, value: string): readonly string[] {
  switch (format) {
    case 'json':
      return [inQuotes(quotedJson(value))];
    case 'yaml':
      return [inQuotes(quotedYaml(value)), inQuotes(quotedJson(value))];
    case 'xml':
      return [
        xmlText(value, true),
        xmlText(value, false),
        ...[`"`, `'`].map((quote) => xmlAttribute(value, quote, true)),
      ];
    case 'properties':
      return [escapeValue(value)];
    case 'sh':
      return [value.replaceAll("'", "'\\''"), value.replaceAll(/[\\"$`]/g, '\\$&')];
    case 'env':
    case 'text':
      return [];
  }
}

function inQuotes(text: string): string {
  return text.slice(1, -1);
}
