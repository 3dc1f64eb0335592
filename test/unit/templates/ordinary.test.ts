import { describe, expect, test } from 'vitest';
import { textOf } from './rendering.js';
import { run, SHELLS } from './running.js';
import { ATTACKS } from './scripts.js';

const VALUE = ATTACKS.join('\n');

describe.each(SHELLS)('$name reads ordinary scripts', ({ command, lacksIt }) => {
  test
    .skipIf(lacksIt)
    .each([
      '((i<3)); p {{ X }}',
      `(( i < 3 && n > 2 )); p "it's {{ X }}"`,
      'i=1; if (( i <= 3 || (i<4) )); then :; fi; p {{ X }}',
      `p "$( ((i<3)); p 'a' ) {{ X }}" 'b'`,
      `p "$(if (( i < $# )); then p "a"; fi)" 'b' {{ X }}`,
      `p "\${x:-$((1<3))}" {{ X }}`,
      '(( $# > 1 )); p {{ X }}',
      "if (($#<1)); then p 'no'; fi; p {{ X }}",
      'p $(( $# - 1 )) {{ X }}',
      `p "$(($#-1))" 'a' "{{ X }}"`,
      'p $((1+$#)) {{ X }}',
      `p "$(p $(($#*2)))" {{ X }}`,
      '(( i = 10#08 )); p {{ X }}',
      '(( i = 10#$# )); p {{ X }}',
    ])('with arithmetic: %j', async (text) => {
    const { given, hasRun } = await run(command, await textOf(text, 'a.sh', { names: { X: VALUE } }));
    expect(given.filter((each) => each.endsWith(VALUE))).toHaveLength(1);
    expect(hasRun).toBe(false);
  });
});
