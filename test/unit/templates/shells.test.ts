import { expect, test } from 'vitest';
import { quotingOf } from '../../../src/templates/escape/sh-quoting.js';

test.each(['p $HOME', 'p $1', 'p "$a', 'p $', 'p \\', `p \${`])(
  'the scanner stops at the end of a script: %s',
  (text) => {
    const lookAt = (offset: number): number => {
      if (offset > text.length) throw new Error('it looks behind the end');
      return 0;
    };
    expect(() => quotingOf(text, lookAt)).not.toThrow();
  },
);
