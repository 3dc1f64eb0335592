// Writes the version of package.json into both manifests of azure-task/, and the English strings of task.json into its
// resource file. With the argument `package` it then packs the extension with tfx: see HELP.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { faultOf, vary, varyText } from './azure-variant.mjs';

const HELP = `npm run package:azure -- [options]

  --publisher NAME        id of the publisher on the Marketplace, or on your Azure DevOps Server (segura-secrets)
  --dev                   a variant that can be installed beside the other one: ids and names of its own
  --connection-type NAME  name of the service connection type (Segura); --dev adds Dev to it
  --patch NUMBER          last number of the version, to publish once more between releases
  --repository URL        shown as the repository, with its issues as the place for support
  --output FOLDER         where the .vsix goes (build/azure)

Options stand after the --: those before it are npm's.`;

/** Not among the dependencies: it brings more packages than all the others together, for this one command. */
const TFX = 'tfx-cli@0.23.1';
const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const EXTENSION = join(ROOT, 'azure-task');
const TASK = 'SeguraSecrets/SeguraSecretsV1';
const STRINGS = `${TASK}/Strings/resources.resjson`;
const LANGUAGES = ['en-US', 'pt-BR'].map((language) => `${STRINGS}/${language}/resources.resjson`);
/** All that goes into the package; what else lies in the folder but its README is refused. */
const PACKED = [
  ...['vss-extension.json', 'overview.md', 'LICENSE.md', 'images/icon.png'],
  ...['task.json', 'icon.png', 'package.json', 'main.js', 'post.js', 'licenses.txt'].map(
    (name) => `${TASK}/${name}`,
  ),
  ...LANGUAGES,
];
const OPTIONS = {
  publisher: { type: 'string' },
  dev: { type: 'boolean', default: false },
  'connection-type': { type: 'string' },
  patch: { type: 'string' },
  repository: { type: 'string' },
  output: { type: 'string', default: join(ROOT, 'build/azure') },
  help: { type: 'boolean', default: false },
};
const { options, words } = readArguments();
const fault = faultOf(options);

if (fault !== undefined) refuse(fault);
try {
  if (options.help) console.log(HELP);
  else {
    stamp();
    if (words.includes('package')) makePackage();
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

function readArguments() {
  // npm keeps an option that stands before the `--` for itself, and hands on no more than its value.
  const kept = Object.keys(OPTIONS).find((name) => `npm_config_${name.replace('-', '_')}` in process.env);
  if (kept !== undefined && process.argv.includes('package'))
    refuse(`npm took --${kept} for itself. Write: npm run package:azure -- --${kept}`);
  try {
    const { values, positionals } = parseArgs({ allowPositionals: true, options: OPTIONS });
    const other = positionals.find((word) => word !== 'package');
    if (other !== undefined) refuse(`Unexpected word ${JSON.stringify(other)}.`);
    return { options: values, words: positionals };
  } catch (error) {
    // Node's advice on words that begin with a hyphen comes after the first sentence.
    const [fault] = error.message.split(/\n|\. /);
    return refuse(`${fault.replace(/\.?$/, '.')} See npm run package:azure -- --help`);
  }
}

/** Ends the run over what was asked for, before anything is made. */
function refuse(line) {
  console.error(line);
  process.exit(2);
}

function stamp() {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const [major, minor, patch] = version.split('.');
  rewrite('vss-extension.json', (text) => text.replace(/(?<="version": ")[^"]*/, version));
  rewrite(`${TASK}/task.json`, (text) =>
    [
      ['Major', major],
      ['Minor', minor],
      ['Patch', patch],
    ].reduce((result, [name, number]) => result.replace(new RegExp(`(?<="${name}": )\\d+`), number), text),
  );
  const task = readJson(EXTENSION, `${TASK}/task.json`);
  rewrite(LANGUAGES[0], () => `${JSON.stringify(stringsOf(task), undefined, 2)}\n`);
}

/** The texts of a task under the keys that its resource files have. */
function stringsOf({
  friendlyName,
  helpMarkDown,
  description,
  instanceNameFormat,
  groups,
  inputs,
  messages,
}) {
  return {
    'loc.friendlyName': friendlyName,
    'loc.helpMarkDown': helpMarkDown,
    'loc.description': description,
    'loc.instanceNameFormat': instanceNameFormat,
    ...Object.fromEntries(groups.map((group) => [`loc.group.displayName.${group.name}`, group.displayName])),
    ...Object.fromEntries(
      inputs.flatMap((input) => [
        [`loc.input.label.${input.name}`, input.label],
        [`loc.input.help.${input.name}`, input.helpMarkDown],
      ]),
    ),
    ...Object.fromEntries(Object.entries(messages).map(([key, text]) => [`loc.messages.${key}`, text])),
  };
}

function makePackage() {
  const files = readdirSync(EXTENSION, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(EXTENSION, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
  const missing = PACKED.filter((name) => !files.includes(name));
  if (missing.length > 0)
    throw new Error(`azure-task/ lacks ${missing.join(', ')}: npm run build makes the bundles.`);
  const others = files.filter((name) => !PACKED.includes(name) && name !== 'README.md');
  if (others.length > 0) throw new Error(`azure-task/ holds ${others.join(', ')}, which no package should.`);

  const folder = mkdtempSync(join(tmpdir(), 'segura-azure-'));
  try {
    for (const name of PACKED) cpSync(join(EXTENSION, name), join(folder, name));
    change(folder);
    mkdirSync(options.output, { recursive: true });
    console.log(runTfx(folder, resolve(options.output)));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Makes of the copied extension the one that the options ask for. A file that none of them concerns keeps its bytes. */
function change(folder) {
  const names = ['vss-extension.json', `${TASK}/task.json`, ...LANGUAGES];
  const contents = names.map((name) => readJson(folder, name));
  const before = contents.map((content) => JSON.stringify(content));
  const [extension, task, ...languages] = contents;
  vary(extension, task, languages, options);
  for (const [index, content] of contents.entries()) {
    if (JSON.stringify(content) !== before[index])
      writeFileSync(join(folder, names[index]), `${JSON.stringify(content, undefined, 2)}\n`);
  }
  for (const name of [...names, 'overview.md']) {
    const text = readFileSync(join(folder, name), 'utf8');
    const varied = varyText(text, options);
    if (varied !== text) writeFileSync(join(folder, name), varied);
  }
}

/** The path of the package that tfx made. A warning of tfx is an error here, because it would show only at installation. */
function runTfx(folder, output) {
  const { publisher, id, version } = readJson(folder, 'vss-extension.json');
  const path = join(output, `${publisher}.${id}-${version}.vsix`);
  const [command, ...first] = tfxCommand();
  const { status, stdout, stderr, error } = spawnSync(
    command,
    [
      ...[...first, 'extension', 'create', '--root', folder, '--manifest-globs', 'vss-extension.json'],
      ...['--output-path', path, '--no-prompt', '--no-color'],
    ],
    { encoding: 'utf8' },
  );
  const said = `${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}`;
  if (status === 0 && !/^\s*warning:/im.test(said)) return path;
  rmSync(path, { force: true });
  throw new Error(`tfx made no package without warnings:\n${said}`);
}

/** Starts tfx: from the folder SEGURA_TFX if one is set, where `.ci/run` installs it, else through npx. */
function tfxCommand() {
  const folder = process.env.SEGURA_TFX;
  if (folder) return [process.execPath, join(folder, 'node_modules/tfx-cli/_build/tfx-cli.js')];
  const npx = ['exec', '--yes', `--package=${TFX}`, '--', 'tfx'];
  // npm tells its scripts where it is: Windows can start npx.cmd only through a shell.
  const npm = process.env.npm_execpath;
  return npm ? [process.execPath, npm, ...npx] : ['npm', ...npx];
}

function rewrite(name, edit) {
  const path = join(EXTENSION, name);
  const text = readFileSync(path, 'utf8');
  const edited = edit(text);
  if (edited !== text) writeFileSync(path, edited);
}

function readJson(folder, name) {
  return JSON.parse(readFileSync(join(folder, name), 'utf8'));
}
