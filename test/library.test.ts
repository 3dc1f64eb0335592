import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Given, Told } from './library/program.js';
import { openVault } from './vault/vault-fixture.js';

const ROOT = resolve(import.meta.dirname, '..');
let folder = '';

/** Only the program and its imports, compiled separately. */
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'library-')));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const settings = {
    extends: join(ROOT, 'tsconfig.json'),
    compilerOptions: {
      rootDir: ROOT,
      outDir: folder,
      noCheck: true,
      typeRoots: [join(ROOT, 'node_modules/@types')],
    },
    include: [],
    files: [join(ROOT, 'test/library/program.ts')],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings));
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const compiled = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
  expect(compiled.stdout + compiled.stderr).toBe('');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(given: Given): Promise<{ told: Told; loaded: string[] }> {
  const record = join(folder, 'loaded');
  const hook = new URL('./library/record-loaded.mjs', import.meta.url).href;
  const program = join(folder, 'test/library/program.js');
  const child = spawn(process.execPath, ['--import', hook, program], {
    env: { ...process.env, LOADED: record, NODE_OPTIONS: '' },
  });
  const texts = { out: '', errors: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    texts.out += String(chunk);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    texts.errors += String(chunk);
  });
  child.stdin.end(JSON.stringify(given));
  const code = await new Promise((done) => child.on('close', done));
  expect(code, texts.errors).toBe(0);
  const loaded = readFileSync(record, 'utf8')
    .split('\n')
    .filter((url) => url.startsWith('file:') && !url.includes('/node_modules/'))
    .map((url) => relative(folder, fileURLToPath(url)).split(sep).join('/'));
  return { told: JSON.parse(texts.out) as Told, loaded: [...new Set(loaded)].sort() };
}

test('the vault client works alone, with nothing of a job, a platform or an entry loaded', async () => {
  const vault = await openVault();
  const { clientId, clientSecret } = vault.clients.ci;
  const given = { url: vault.url, caCertificates: vault.caCertificate, clientId, clientSecret };
  const { told, loaded } = await run({ ...given, credential: '94' });

  expect(told.identities).toContain('postgres');
  expect(told.password).toBe(vault.password('94'));
  expect(told.steps.slice(-3)).toEqual(['leaves', 'replied', 'released']);
  expect(told.hidden).toBeGreaterThanOrEqual(3);
  expect(told.code).toBe('TOKEN_REJECTED');
  expect(vault.everTaken()).toEqual(['94']);
  expect(vault.custodies()).toEqual([]);

  expect(loaded).toContain('src/core/vault/client.js');
  expect(loaded).toContain('src/http/undici.js');
  const isOfClient = /^(test\/library\/program\.js|src\/core\/[^/]+|src\/core\/vault\/.+|src\/http\/.+)$/;
  expect(loaded.filter((name) => !isOfClient.test(name))).toEqual([]);
});
