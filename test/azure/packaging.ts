import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { ACTION } from '../support/runner.js';
import { lacks } from '../support/skips.js';
import type { readExtension } from './schema-files.js';
import { unzip } from './zip.js';

export const run = promisify(execFile);

/** Where the packages of a test file go. */
export const folder = mkdtempSync(join(tmpdir(), 'segura-vsix-'));

/** For `afterAll` of each file that makes packages: a module's own hook runs for only the first file of a worker. */
export const removePackages = (): void => rmSync(folder, { recursive: true, force: true });

/** Whether tfx is missing, which `.ci/run` installs: these tests download nothing. */
export const lacksTfx = lacks(
  'tfx',
  existsSync(join(process.env['SEGURA_TFX'] ?? '', 'node_modules/tfx-cli/_build/tfx-cli.js')),
);

/** Of the project, and so of a package that is told no other. */
export const { version } = JSON.parse(readFileSync(join(ACTION, 'package.json'), 'utf8')) as {
  version: string;
};

export interface Package {
  readonly path: string;
  readonly stdout: string;
  readonly stderr: string;
  /** Where it is unpacked. */
  readonly folder: string;
  readonly manifest: { readonly contributions: ReturnType<typeof readExtension>['contributions'] };
}

/** The package that `npm run package:azure -- …args` makes, unpacked into `name`. */
export async function makePackage(name: string, ...args: string[]): Promise<Package> {
  const output = join(folder, `${name}-out`);
  const script = join(ACTION, 'scripts/azure.mjs');
  const { stdout, stderr } = await run(process.execPath, [script, 'package', '--output', output, ...args]);
  const path = stdout.trim();
  const unpacked = join(folder, name);
  unzip(readFileSync(path), unpacked);
  const manifest = JSON.parse(readFileSync(join(unpacked, 'extension.vsomanifest'), 'utf8')) as never;
  return { path, stdout, stderr, folder: unpacked, manifest };
}

export function filesIn(root: string): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .toSorted();
}

export const identityOf = (made: Package): string =>
  /<Identity [^>]*>/.exec(readFileSync(join(made.folder, 'extension.vsixmanifest'), 'utf8'))?.[0] ?? '';
