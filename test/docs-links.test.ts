import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, posix, resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');

/** Every file of the repository, with those that are new and not ignored. */
const FILES = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  cwd: ROOT,
  encoding: 'utf8',
  maxBuffer: 64 * 1024 * 1024,
})
  .split('\0')
  .filter((path) => path !== '');
const DOCUMENTS = FILES.filter((path) => path.endsWith('.md'));
/** Files and folders: a link to a folder is fine. GitHub tells upper from lower case, whatever this disk does. */
const TARGETS = new Set(
  FILES.flatMap((path) => [
    path,
    ...path.split('/').map((_, index, parts) => parts.slice(0, index).join('/')),
  ]),
);

/** A document without what GitHub shows as it is: blocks of code, and code in a line. */
function proseOf(path: string): string {
  const text = readFileSync(join(ROOT, path), 'utf8');
  return text.replaceAll(/^( *)(```|~~~)[^\n]*\n[\s\S]*?^\1\2 *$/gm, '').replaceAll(/<!--[\s\S]*?-->/g, '');
}

/** Where the links of a document lead: in the text, in definitions below it, and in HTML. */
function linksOf(path: string): string[] {
  const prose = proseOf(path).replaceAll(/(`+)(?!`)[^\n]*?[^`\n]\1(?!`)/g, 'code');
  const found = [
    ...prose.matchAll(/\]\(\s*(?:<([^>\n]*)>|([^)\s]+))(?:\s+["'(][^\n]*?["')])?\s*\)/g),
    ...prose.matchAll(/^ {0,3}\[[^\]\n]+\]:\s*(?:<([^>\n]*)>|(\S+))/gm),
    ...prose.matchAll(/<(?:a|img)\b[^>]*?\b(?:href|src)="([^"]*)"/g),
  ];
  return found.map(([, bracketed, plain]) => bracketed ?? plain ?? '');
}

/** Anchors of a document as GitHub makes them: of each heading, counted where a text comes again, and those in HTML. */
function anchorsOf(path: string): ReadonlySet<string> {
  const prose = proseOf(path);
  const anchors = new Set([...prose.matchAll(/<a\b[^>]*?\b(?:id|name)="([^"]*)"/g)].map(([, id = '']) => id));
  const seen = new Map<string, number>();
  for (const [, heading = ''] of prose.matchAll(/^ {0,3}#{1,6} +(.+?)(?: +#+)? *$/gm)) {
    const slug = heading
      .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
      .trim()
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc}\s-]/gu, '')
      .replaceAll(/\s/g, '-');
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    anchors.add(count === 0 ? slug : `${slug}-${count}`);
  }
  return anchors;
}

/** What is wrong with a link; undefined when it leads somewhere, or out of the repository. */
function faultOf(document: string, link: string): string | undefined {
  if (/^([a-z][a-z\d+.-]*:|\/\/)/i.test(link)) return undefined;
  const [path = '', anchor] = link.split('#').map(decodeURIComponent);
  const from = path.startsWith('/') ? '' : posix.dirname(document);
  const target = path === '' ? document : posix.join('.', from, path).replace(/^\.$|\/$/g, '');
  if (!TARGETS.has(target)) return 'no such file';
  if (anchor === undefined) return undefined;
  if (!target.endsWith('.md')) return /^L\d+(-L\d+)?$/.test(anchor) ? undefined : 'no such anchor';
  return anchorsOf(target).has(anchor) ? undefined : 'no such anchor';
}

test('documents are found, and links in them', () => {
  expect(DOCUMENTS).toContain('README.md');
  expect(DOCUMENTS.flatMap(linksOf).length).toBeGreaterThan(100);
});

test.each(DOCUMENTS)('every link in %s leads to a file and an anchor that exist', (document) => {
  const dead = linksOf(document).flatMap((link) => {
    const fault = faultOf(document, link);
    return fault === undefined ? [] : [`${link}: ${fault}`];
  });
  expect(dead).toEqual([]);
});

test.each(DOCUMENTS)('every file of the sources that %s names in code exists', (document) => {
  const named = [
    ...proseOf(document).matchAll(/`((?:src|test|scripts|docs|bench|gitlab|\.ci|\.github)\/[\w./-]+)`/g),
  ];
  const missing = named.map(([, path = '']) => path).filter((path) => !TARGETS.has(path.replace(/\/$/, '')));
  expect(missing).toEqual([]);
});
