// Updates the generated parts of the documents: the inputs of action.yml and task.json, the error codes of the sources,
// the help of the command line as dist/ prints it. It reads the codes from the text of their file and compiles nothing.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const at = (path) => new URL(`../${path}`, import.meta.url);
const read = (path) => readFileSync(at(path), 'utf8');

const { inputs } = parse(read('action.yml'));
const task = JSON.parse(read('azure-task/SeguraSecrets/SeguraSecretsV1/task.json'));

write('docs/INPUTS.md', {
  inputs: inputTable(Object.entries(inputs).map(([name, input]) => [name, input.default, input.description])),
});
write('docs/ERRORS.md', {
  errors: table(
    ['Code', 'Meaning'],
    errorCodes(read('src/core/error-codes.ts')).map(([code, meaning]) => [
      `[\`${code}\`](#${code.toLowerCase()})`,
      meaning,
    ]),
  ),
});
write('azure-task/README.md', {
  inputs: inputTable(task.inputs.map((input) => [input.name, input.defaultValue, input.helpMarkDown])),
});
const commands = ['exec', 'export', 'release', 'runb', 'check'];
write('docs/COMMAND-LINE.md', { help: commands.map(helpOf).join('\n\n') });

/** Puts each of `parts` between its two markers. */
function write(path, parts) {
  let text = read(path);
  for (const [name, part] of Object.entries(parts)) text = replace(path, text, name, part);
  writeFileSync(at(path), text);
}

function helpOf(command) {
  const file = fileURLToPath(at('dist/cli/segura-secrets.mjs'));
  const text = execFileSync(process.execPath, [file, 'help', command], { encoding: 'utf8' });
  return `\`\`\`text\n${text}\`\`\``;
}

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

/** Rows of a name, a default value if there is one, and a meaning. */
function inputTable(rows) {
  return table(
    ['Input', 'Default', 'Meaning'],
    rows.map(([name, value, meaning]) => [`\`${name}\``, value ? `\`${value}\`` : 'empty', meaning]),
  );
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
function replace(path, text, name, content) {
  const [start, end] = [`<!-- ${name}: npm run docs -->`, `<!-- end of ${name} -->`];
  const parts = text.split(start);
  const rest = parts[1]?.split(end) ?? [];
  if (parts.length !== 2 || rest.length !== 2)
    throw new Error(`${path} has to hold "${start}" and "${end}" once each, in this order.`);
  return `${parts[0]}${start}\n\n${content}\n\n${end}${rest[1]}`;
}
