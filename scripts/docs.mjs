// Writes the generated tables of README.md in place: the inputs of action.yml and the error codes of the sources.
// Runs before anything is compiled, so the codes are read from the text of their file.
import { readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';

const at = (path) => new URL(`../${path}`, import.meta.url);
const read = (path) => readFileSync(at(path), 'utf8');

const { inputs } = parse(read('action.yml'));
const tables = {
  inputs: table(
    ['Input', 'Default', 'Meaning'],
    Object.entries(inputs).map(([name, input]) => [
      `\`${name}\``,
      input.default ? `\`${input.default}\`` : 'empty',
      input.description,
    ]),
  ),
  errors: table(
    ['Code', 'Meaning'],
    errorCodes(read('src/core/error-codes.ts')).map(([code, meaning]) => [
      `[\`${code}\`](TROUBLESHOOTING.md#${code.toLowerCase()})`,
      meaning,
    ]),
  ),
};

let readme = read('README.md');
for (const [name, text] of Object.entries(tables)) readme = replace(readme, name, text);
writeFileSync(at('README.md'), readme);

/** The entries of ERROR_CODES; throws at the first character that is not part of one. */
function errorCodes(source) {
  const [, block] = /^export const ERROR_CODES = \{\n([\s\S]*?)^\} as const;$/m.exec(source) ?? [];
  if (block === undefined) throw new Error('ERROR_CODES was not found in src/core/error-codes.ts.');
  const entry = /\s*([A-Z][A-Z_]*):\s*(?:'([^'\\\n]*)'|"([^"\\\n]*)"),\s*/y;
  const entries = [];
  while (entry.lastIndex < block.length) {
    const start = entry.lastIndex;
    const match = entry.exec(block);
    if (match === null)
      throw new Error(`src/core/error-codes.ts: no entry at "${block.slice(start, start + 60).trim()}".`);
    entries.push([match[1], match[2] ?? match[3]]);
  }
  if (entries.length === 0) throw new Error('src/core/error-codes.ts has no entries.');
  return entries;
}

function table(head, rows) {
  const line = (cells) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function cell(text) {
  return text
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll('|', '\\|');
}

/** `text` with what stands between the two markers of `name` exchanged. */
function replace(text, name, content) {
  const [start, end] = [`<!-- ${name}: npm run docs -->`, `<!-- end of ${name} -->`];
  const parts = text.split(start);
  const rest = parts[1]?.split(end) ?? [];
  if (parts.length !== 2 || rest.length !== 2)
    throw new Error(`README.md has to hold "${start}" and "${end}" once each, in this order.`);
  return `${parts[0]}${start}\n\n${content}\n\n${end}${rest[1]}`;
}
