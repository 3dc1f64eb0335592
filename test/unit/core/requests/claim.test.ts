import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Needs, needsOf } from '../../../../src/core/requests/claim.js';
import { parseRequests } from '../../../../src/core/requests/parse.js';

function needs(secrets: string, credentials = ''): Needs {
  const requests = [...parseRequests('dsm', secrets, []), ...parseRequests('pam', credentials, [])];
  return needsOf(requests, false);
}

describe('the needs of requests', () => {
  test('contain each credential once, with whether its password is wanted', () => {
    const { credentials } = needs('', '94/username\n94/senha > P\n95/host > H\n96/* > C_*');
    expect([...credentials]).toEqual([
      ['94', true],
      ['95', false],
      ['96', true],
    ]);
  });

  test('contain the names of files that the text shows', () => {
    const { fileNames, writesFiles } = needs('a/x > file:/tmp/f, path:P, N');
    expect(fileNames).toEqual(['/tmp/f', 'P']);
    expect(writesFiles).toBe(true);
  });

  test('say that files are written even if the vault has yet to name them', () => {
    expect(needs('* > path:D_*')).toMatchObject({ fileNames: [], writesFiles: true });
    expect(needs('* > D_*')).toMatchObject({ fileNames: [], writesFiles: false });
  });

  test('are worked out in one place for a whole run', () => {
    const src = resolve(import.meta.dirname, '../../../../src');
    const calls = (name: string): string[] =>
      readdirSync(src, { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts'))
        .filter((file) =>
          new RegExp(`(?<!function )\\b${name}\\(`).test(readFileSync(join(src, file), 'utf8')),
        )
        .map((file) => file.replaceAll('\\', '/'))
        .sort();
    expect(calls('staticClaims')).toEqual(['core/requests/claim.ts']);
    // runb reads a list of DSM only, and has no text of requests.
    expect(calls('needsOf')).toEqual(['cli/commands/runb.ts', 'core/job/inputs.ts']);
  });
});
