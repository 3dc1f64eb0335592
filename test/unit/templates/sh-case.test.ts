import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { SeguraError } from '../../../src/core/errors.js';
import { lacks } from '../../support/skips.js';
import { faultOf, textOf } from './rendering.js';

const SHELLS = ['sh', 'bash', 'dash', 'busybox'].map((name) => ({ name, lacksIt: lacks(name) }));
const X = '{{ X }}';

/** Where a shell and a reader of words can differ about what closes `$(`. */
const UNSURE = [
  `y="$(case b in a) echo esac ;; b) echo ${X} ;; esac)"`,
  `y="$(case b in a) rm -f ./x.d esac ;; b) echo ${X} ;; esac)"`,
  `echo "$(echo upper case) ${X} esac)"`,
  `echo "$(echo case x in a) ${X} ; esac)"`,
  `echo "$(echo then case x in a) ${X} ; esac)"`,
  `echo "$(echo $! case x in a) ${X} ; esac)"`,
  `echo "$(echo $(echo a) case x in a) ${X} ; esac)"`,
  `echo "$(echo \\; case x in a) ${X} ; esac)"`,
  `echo "$(echo >& case x in a) ${X} ; esac)"`,
  `echo "$(echo \\\n case x in a) ${X} ; esac)"`,
  `echo "$(for case in a b) ${X} esac)"`,
  `echo "$(case x in case) echo ;; b) echo ${X} ;; esac)"`,
  `echo "$(case x in a) echo ;; case) echo ${X} ;; esac)"`,
  `echo "$(esac) ${X}"`,
  `y="$(case b in a|esac) echo ${X} ;; (b) echo ${X} ;; esac)"`,
  `y="$(case b in (esac) echo ${X} ;; b) echo ${X} ;; esac)"`,
  `a=(case x in a) ; echo "${X} ; esac )"`,
  `echo "$(case x in a) echo ${X};; es\\\nac)"`,
  `echo "$(case x in a) echo ;; esac\\\n) ${X}"`,
];

test.each(UNSURE)('a script in which the end of "$(" is not sure is rejected: %j', async (script) => {
  const fault = await faultOf(script, 'a.sh', { names: { X: 'v' } });
  expect([fault.code, fault.message]).toEqual(['TEMPLATE_INVALID', expect.stringContaining('quotes')]);
});

/** Each prints the value once. */
const SURE = [
  `printf %s "$(case b in a) echo no ;; b) printf %s ${X} ;; esac)"`,
  `printf %s "$(case b in\n  a) echo no ;;\n  b) printf %s ${X}\nesac)"`,
  `printf %s "$(case "b" in (a) echo no ;; (b) printf %s "${X}" ;; esac)"`,
  `printf %s "$(x=b; case $x in a|b) if :; then case y in y) printf %s ${X} ;; esac; fi ;; esac)"`,
  `(case "$(echo b)" in b) printf %s ${X} ;; esac)`,
  `printf %s "$(printf %s ./x.esac/in-case.txt >/dev/null; printf %s ${X})"`,
  `case b in b) echo case esac >/dev/null; printf %s "${X}" ;; esac`,
];
const VALUES = ['it\'s a; $(echo v) `v` "q"', 'x; echo y', ') ;; esac'];

describe.each(SHELLS)('a script with "case" and "esac": $name', ({ name: shell, lacksIt }) => {
  test.skipIf(lacksIt).each(SURE)('has the value as one text: %j', async (template) => {
    for (const value of VALUES) {
      const script = await textOf(template, 'a.sh', { names: { X: value } });
      const { stdout, stderr } = spawnSync(shell, shell === 'busybox' ? ['sh'] : [], {
        input: script,
        encoding: 'utf8',
      });
      expect([stdout, stderr], script).toEqual([value, '']);
    }
  });
});

describe('a script whose last character is that of a name', () => {
  test.each(['$HOME', '$1', '$a$b', '"$x" $_9'])('is rendered: %s', async (end) => {
    expect(await textOf(`echo ${X} ${end}`, 'a.sh', { names: { X: 'v' } })).toBe(`echo 'v' ${end}`);
  });
});

const words = fc.constantFrom(
  ...[
    'case',
    'esac',
    'in',
    'a',
    'b',
    '*',
    'then',
    'do',
    'if',
    '!',
    '{',
    '}',
    'fi',
    'done',
    'case a in',
    'a)',
    '(a)',
  ],
  ...[';', ';;', '&', '|', '\n', '\\\n', '\\;', '>&', '# note\n', '"', "'", '$(', ')', '(', '((', '))', '$x'],
  ...['case.txt', './esac', 'x=case', '"case"', `\${x:-a}`, '<<E\nesac\nE\n', 'echo', ':'],
);
const commands = fc.array(words, { maxLength: 5 }).map((chosen) => `echo ${chosen.join(' ')} ${X}`);
const item = fc
  .tuple(fc.constantFrom('a)', 'b)', '(b)', 'case)', 'a|esac)'), commands)
  .map((each) => each.join(' '));
const clause = fc
  .tuple(
    fc.constantFrom('case', 'then case', 'if :; then case', 'echo case'),
    fc.array(item, { maxLength: 3 }),
  )
  .map(([begin, items]) => `${begin} b in ${items.join(' ;; ')} ;; esac`);
const scripts = fc
  .array(fc.oneof(clause, commands, words), { minLength: 1, maxLength: 4 })
  .map((parts) => `y="$(${parts.join('; ')})" ${X}`);
const attacks = fc.constantFrom(
  'x; touch RAN; echo y',
  '$(touch RAN)',
  "'; touch RAN; '",
  '"; touch RAN; "',
  ') ; touch RAN; (',
  'x\ntouch RAN\n',
);

describe.each(SHELLS.slice(0, 2))('whatever is around it: $name', ({ name: shell, lacksIt }) => {
  const folder = mkdtempSync(join(tmpdir(), 'templates-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test.skipIf(lacksIt)(
    'nothing of a value runs, or the script is rejected',
    async () => {
      let count = 0;
      await fc.assert(
        fc.asyncProperty(scripts, attacks, async (template, attack) => {
          let script: string;
          try {
            script = await textOf(template, 'a.sh', { names: { X: attack } });
          } catch (error) {
            expect(error).toBeInstanceOf(SeguraError);
            return;
          }
          count += 1;
          rmSync(join(folder, 'RAN'), { force: true });
          const env = { PATH: process.env['PATH'] ?? '' };
          spawnSync(shell, ['-c', script], { cwd: folder, env, timeout: 5_000 });
          expect(existsSync(join(folder, 'RAN')), script).toBe(false);
        }),
        { numRuns: Number(process.env['SEGURA_TEST_RUNS'] ?? 100) },
      );
      expect(count).toBeGreaterThan(10);
    },
    60_000,
  );
});
