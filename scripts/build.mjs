// Bundles each entry into one file, in dist/ or azure-task/. The bytes are the same on every machine.
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
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
import { startVault } from '../build/test/vault/index.js';
import { deferModules } from './defer-modules.mjs';
import { quickBundle } from './quick-bundle.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);
const ncc = join(dirname(require.resolve('@vercel/ncc/package.json')), 'dist/ncc/cli.js');
/** Each folder with its entries: a folder has the licences of what its bundles hold. That of the task has files by hand too. */
const folders = [
  {
    folder: 'dist',
    entries: {
      'github/main': 'main.js',
      'github/post': 'post.js',
      'github/release': 'release.js',
      'github/undici': 'undici.js',
    },
  },
  { folder: 'dist/cli', entries: { 'cli/main': 'segura-secrets.mjs' } },
  {
    folder: 'azure-task/SeguraSecrets/SeguraSecretsV1',
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

/** Runs that evaluate what an entry always needs. */
const ALWAYS = { 'github/main': { args: [], code: 1 }, 'github/undici': { args: [] } };

const vault = await startVault({ dialect: 'api' });
const FETCH = {
  SENHASEGURA_URL: vault.url,
  SENHASEGURA_CLIENT_ID: vault.clients.ci.clientId,
  SENHASEGURA_CLIENT_SECRET: vault.clients.ci.clientSecret,
  SENHASEGURA_CA_CERTIFICATE: vault.caCertificate,
  SENHASEGURA_SECRETS: 'postgres/PASSWORD > DB',
};

/** The quickest commands first: each is to evaluate little more than it needs. */
const QUICK_RUNS = [
  { args: ['version'] },
  { args: ['check', '--secrets', 'a/b > C'] },
  { args: ['export', '--format', 'sh'], env: FETCH },
  { args: ['exec', '--', process.execPath, '-e', '0'], env: FETCH },
];

const dist = join(root, 'dist');
rmSync(dist, { recursive: true, force: true });
for (const { folder, entries } of folders) {
  mkdirSync(join(root, folder), { recursive: true });
  const licenses = new Map();
  for (const [entry, file] of Object.entries(entries)) {
    const { code, notices } = await bundle(entry);
    writeFileSync(join(root, folder, file), code);
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
writeFileSync(join(dist, 'package.json'), '{\n  "type": "module"\n}\n');

/** Our licence and the notices, behind the code, where reading them costs no start. */
function comment(notices) {
  const own = readFileSync(join(root, 'LICENSE'), 'utf8');
  const text = `segura-secrets\n${own}\nThis file holds code of the packages below.\n\n${notices}`;
  return `\n/*!\n${text.replaceAll('*/', '* /')}*/\n`;
}

/** One self-contained file of an entry, and the notices of the libraries in it. */
async function bundle(entry) {
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
  const quick = await quickened(entry, code, out);
  rmSync(out, { recursive: true });
  return { code: quick, notices };
}

/** An agent may run the task with a Node that is too old for what makes a bundle quick, and is to be told so. */
async function quickened(entry, code, folder) {
  if (entry.startsWith('azure/')) return code;
  if (entry === 'cli/main') return await deferModules(code, QUICK_RUNS, folder);
  return await quickBundle(code, ALWAYS[entry], folder);
}
