// Bundles each entry into one file, in dist/ or azure-task/. The bytes are the same on every machine.
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { environmentOf } from '../build/test/support/azure-environment.js';
import { AzureJob } from '../build/test/support/azure-job.js';
import { parseKeyValues } from '../build/test/support/key-values.js';
import { startVault } from '../build/test/vault/index.js';
import { deferModules } from './defer-modules.mjs';
import { quickBundle } from './quick-bundle.mjs';
import { unusedAsText } from './unused-as-text.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);
const ncc = join(dirname(require.resolve('@vercel/ncc/package.json')), 'dist/ncc/cli.js');
const TASK = 'azure-task/SeguraSecrets/SeguraSecretsV1';
/** Each folder with its entries: a folder has the licences of what its bundles hold. That of the task has files by hand too. */
const folders = [
  {
    folder: 'dist',
    // In this order: main loads the HTTP client as it is run, and leaves the state that is released.
    entries: {
      'github/undici': 'undici.js',
      'github/main': 'main.js',
      'github/post': 'post.js',
      'github/release': 'release.js',
    },
  },
  { folder: 'dist/cli', entries: { 'cli/main': 'segura-secrets.mjs' } },
  {
    folder: TASK,
    entries: { 'azure/main': 'main.js', 'azure/post': 'post.js' },
  },
];
const options = [
  '--minify',
  '--target',
  'es2022',
  '--no-source-map-register',
  '--license',
  'licenses.txt',
  '--no-cache',
  '--quiet',
];

/** The file that travels by itself carries its notices: no folder comes with it. */
const RELEASED = 'segura-secrets.mjs';

const vault = await startVault({ dialect: 'api' });
const FETCH = {
  SENHASEGURA_URL: vault.url,
  SENHASEGURA_CLIENT_ID: vault.clients.ci.clientId,
  SENHASEGURA_CLIENT_SECRET: vault.clients.ci.clientSecret,
  SENHASEGURA_CA_CERTIFICATE: vault.caCertificate,
  SENHASEGURA_SECRETS: 'postgres/PASSWORD > DB',
};

/** The folder of the job in which the action runs. */
const job = mkdtempSync(join(tmpdir(), 'segura-build-job-'));
const STATE = join(job, 'state');
writeFileSync(STATE, '');

const APPLICATION = { application: 'billing', system: 'payments', environment: 'production' };

/** Uses the HTTP client as a fetch does. */
const ASKING = `import { Pool } from "./traced.mjs";
const pool = new Pool(process.argv[2], { connect: { rejectUnauthorized: false } });
const { body } = await pool.request({ path: "/", method: "POST", body: "a=b", headers: { accept: "*/*" } });
for await (const _ of body);
await pool.close();`;

/**
 * For each entry the runs that show what it needs, all with the default login, in groups: what the first group uses begins
 * the file, what another one uses beside it is a part that is compiled when it is needed. The rest is what none uses.
 */
const RUNS = {
  'github/undici': () => [[{ args: [vault.url], script: ASKING }]],
  'github/main': () => [
    [{ args: [], code: 1 }],
    [{ args: [], env: inJob({ ...APPLICATION, secrets: 'postgres/PASSWORD > DB' }) }],
    [{ args: [], env: inJob({ secrets: 'postgres/PASSWORD > DB', credentials: '94 > SSH' }) }],
  ],
  'github/release': () => [[{ args: [], env: { RUNNER_TEMP: job, ...savedState() } }]],
  'cli/main': () => [
    [{ args: ['version'], isWhole: true }],
    [
      { args: ['check', '--secrets', 'a/b > C'] },
      { args: ['check', '--secrets', 'a/b > C'], env: FETCH },
      { args: ['check', '--secrets', 'a/b >'], code: 1 },
      { args: ['help', 'such'], code: 2 },
    ],
    [{ args: ['export', '--format', 'sh'], env: FETCH }],
    [{ args: ['exec', '--', process.execPath, '-e', '0'], env: FETCH }],
    [{ args: ['exec', '--credentials', '94 > SSH', '--', process.execPath, '-e', '0'], env: FETCH }],
  ],
};

/** Its main file asks for its parts by a `require` that it is handed, which the bundler does not follow; this one imports them. */
const OTHER_MAIN = { "'jsonc-parser'": "'jsonc-parser/lib/esm/main.js'" };
for (const name of readdirSync(join(root, 'build/src/inject'), { recursive: true, encoding: 'utf8' })) {
  if (!name.endsWith('.js')) continue;
  const path = join(root, 'build/src/inject', name);
  const code = readFileSync(path, 'utf8');
  const other = Object.entries(OTHER_MAIN).reduce((text, [main, own]) => text.replaceAll(main, own), code);
  if (other !== code) writeFileSync(path, other);
}

const dist = join(root, 'dist');
rmSync(dist, { recursive: true, force: true });
for (const { folder, entries } of folders) {
  mkdirSync(join(root, folder), { recursive: true });
  const licenses = new Map();
  for (const [entry, file] of Object.entries(entries)) {
    const { code, rest, notices } = await bundle(entry, file);
    writeFileSync(join(root, folder, file), code);
    if (rest !== undefined) writeFileSync(join(root, folder, restOf(file)), rest);
    if (file.endsWith('.mjs')) chmodSync(join(root, folder, file), 0o755);
    // A notice starts with the name of its package on a line of its own, then its licence's.
    for (const notice of notices.split(/\n\n(?=@?[a-z][\w./-]*\n(?:MIT|ISC|Apache|BSD))/)) {
      if (notice.trim() !== '') licenses.set(notice.split('\n')[0], notice.trim());
    }
  }
  const sorted = [...licenses].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, notice]) => notice);
  const notices = `${sorted.join('\n\n')}\n`;
  writeFileSync(join(root, folder, 'licenses.txt'), notices);
  if (Object.values(entries).includes(RELEASED))
    appendFileSync(join(root, folder, RELEASED), comment(notices));
}
await vault.close();
rmSync(job, { recursive: true });
writeFileSync(join(dist, 'package.json'), '{\n  "type": "module"\n}\n');

/** Our licence and the notices, behind the code, where reading them costs no start. */
function comment(notices) {
  const own = readFileSync(join(root, 'LICENSE'), 'utf8');
  const text = `segura-secrets\n${own}\nThis file holds code of the packages below.\n\n${notices}`;
  return `\n/*!\n${text.replaceAll('*/', '* /')}*/\n`;
}

/** An empty file of the job in which the action is run. */
function writable(name) {
  const path = join(job, name);
  writeFileSync(path, '');
  return path;
}

/** The environment in which the action fetches what `wanted` says. */
function inJob(wanted) {
  const inputs = {
    url: vault.url,
    'client-id': vault.clients.ci.clientId,
    'client-secret': vault.clients.ci.clientSecret,
    'ca-certificate': vault.caCertificate,
    ...wanted,
  };
  return {
    GITHUB_STATE: STATE,
    GITHUB_ENV: writable('env'),
    GITHUB_OUTPUT: writable('output'),
    GITHUB_STEP_SUMMARY: writable('summary'),
    GITHUB_WORKSPACE: job,
    RUNNER_TEMP: job,
    ...Object.fromEntries(
      Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
    ),
  };
}

/** What main saved, as post gets it. */
function savedState() {
  const saved = parseKeyValues(readFileSync(STATE, 'utf8'));
  return Object.fromEntries([...saved].map(([name, value]) => [`STATE_${name}`, value]));
}

function restOf(file) {
  return file.replace(/\.js$/, '-rest.js');
}

/** One self-contained file of an entry, the file of its rest if it has one, and the notices of the libraries in both. */
async function bundle(entry, file) {
  const out = mkdtempSync(join(tmpdir(), 'segura-build-'));
  execFileSync(
    process.execPath,
    [ncc, 'build', join(root, 'build/src/entry', `${entry}.js`), '--out', out, ...options],
    {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  const made = readdirSync(out);
  const unexpected = made.filter((name) => !['index.js', 'package.json', 'licenses.txt'].includes(name));
  if (unexpected.length > 0)
    throw new Error(`${entry} was split into ${unexpected.join(', ')}: each entry has to be one file.`);
  const code = readFileSync(join(out, 'index.js'), 'utf8');
  const notices = made.includes('licenses.txt') ? readFileSync(join(out, 'licenses.txt'), 'utf8') : '';
  const quick = await quickened(entry, code, out, file);
  rmSync(out, { recursive: true });
  return { ...quick, notices };
}

/** An agent may run the task with a Node that is too old for what makes the others quick, and is to be told so. */
async function quickened(entry, code, folder, file) {
  if (entry.startsWith('azure/')) {
    // The library looks for its texts beside the bundle.
    copyFileSync(join(root, TASK, 'task.json'), join(folder, 'task.json'));
    const task = new AzureJob(folder);
    // Main that stops at a missing input, and post with nothing to do: what every job waits for.
    const run = { args: [], env: environmentOf(task, {}, undefined) };
    const quick = await unusedAsText(code, run, folder, file).finally(() => task.close());
    return { code: withBuiltins(quick) };
  }
  const runs = RUNS[entry]?.() ?? [];
  if (entry === 'cli/main') return await deferModules(code, runs, folder, { name: file });
  if (runs.length === 0) return { code: quickBundle(code) };
  // Run from the folder in which it was made, beside what it loads.
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  for (const name of readdirSync(dist).filter((each) => each.startsWith('undici')))
    copyFileSync(join(dist, name), join(folder, name));
  // Main looks whether these are there; it loads none of them.
  for (const part of ['main-rest.js', 'post.js', 'release.js', 'release-rest.js', 'undici-rest.js'])
    if (!existsSync(join(folder, part))) writeFileSync(join(folder, part), '');
  return await deferModules(code, runs, folder, { name: file, restName: restOf(file) });
}

/**
 * What the bundles of the action have too: a Node that lacks `process.getBuiltinModule` gets it. Not by `await`, since
 * Microsoft's mock runner loads the task by `require`, which takes no module that awaits.
 */
function withBuiltins(code) {
  const getBuiltin =
    'import{createRequire as seguraRequireOf}from"node:module";process.getBuiltinModule??=seguraRequireOf(import.meta.url);\n';
  const [, , end] = /^(import\{createRequire as \w+\}from"module";)?()/d.exec(code).indices;
  return `${code.slice(0, end[0])}${getBuiltin}${code.slice(end[0])}`;
}
