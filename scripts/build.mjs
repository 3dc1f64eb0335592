// Bundles each entry of the GitHub Action into one file of dist/, byte for byte the same on every machine.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);
const ncc = join(dirname(require.resolve('@vercel/ncc/package.json')), 'dist/ncc/cli.js');
const entries = ['main', 'post', 'release', 'undici'];
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

const dist = join(root, 'dist');
rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);
const licenses = new Map();
for (const entry of entries) {
  const out = mkdtempSync(join(tmpdir(), 'segura-build-'));
  execFileSync(
    process.execPath,
    [ncc, 'build', join(root, 'build/src/entry', `${entry}.js`), '--out', out, ...options],
    {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  const unexpected = readdirSync(out).filter(
    (name) => !['index.js', 'package.json', 'licenses.txt'].includes(name),
  );
  if (unexpected.length > 0)
    throw new Error(`${entry} was split into ${unexpected.join(', ')}: each entry has to be one file.`);
  writeFileSync(join(dist, `${entry}.js`), readFileSync(join(out, 'index.js')));
  const notices = readdirSync(out).includes('licenses.txt')
    ? readFileSync(join(out, 'licenses.txt'), 'utf8')
    : '';
  // A notice starts with the name of its package on a line of its own, then its licence's.
  for (const notice of notices.split(/\n\n(?=@?[a-z][\w./-]*\n(?:MIT|ISC|Apache|BSD))/)) {
    if (notice.trim() !== '') licenses.set(notice.split('\n')[0], notice.trim());
  }
  rmSync(out, { recursive: true });
}
const notices = [...licenses].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, notice]) => notice);
writeFileSync(join(dist, 'licenses.txt'), `${notices.join('\n\n')}\n`);
writeFileSync(join(dist, 'package.json'), '{\n  "type": "module"\n}\n');
