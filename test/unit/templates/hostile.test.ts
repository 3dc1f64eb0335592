import { describe, expect, test } from 'vitest';
import { Template } from '../../../src/templates/template.js';
import { faultOf, rendered } from './rendering.js';

describe('a hostile template ends in time with an error of ours', () => {
  const deep = (count: number): string => `${'{% if X %}'.repeat(count)}${'{% endif %}'.repeat(count)}`;
  test.each([
    ['50 MB', () => ' '.repeat(50_000_000), 'The template in.liquid is larger than 16 MiB.'],
    ['a million outputs', () => '{{X}}'.repeat(1_000_000), 'has more than 100000 parts'],
    ['deep nesting', () => deep(50_000), 'opens more than 100 tags'],
    ['a hundred thousand unclosed tags', () => '{% if X %}'.repeat(99_000), 'opens more than 100 tags'],
    ['brackets in brackets', () => `{{ ${'X['.repeat(100_000)} }}`, 'Line 1, column 1 of in.liquid'],
    ['parentheses in parentheses', () => `{{ ${'('.repeat(100_000)} }}`, 'in.liquid'],
    [
      'loops in loops over a thousand fields',
      () =>
        `{% assign l = "p/*" | secret %}${'{% for f in l %}'.repeat(5)}{{ BIG }}${'{% endfor %}'.repeat(5)}`,
      'is larger than 16 MiB',
    ],
    [
      'loops that show nothing',
      () => `{% assign l = "p/*" | secret %}${'{% for f in l %}'.repeat(5)}${'{% endfor %}'.repeat(5)}`,
      'does not come to an end in time',
    ],
    [
      'filters that double a value',
      () => `{{ X | ${'json | '.repeat(100)} json }}`,
      'becomes larger than a file may be',
    ],
    [
      'a value that is indented again and again',
      () => `{{ LINES | ${'indent: 100 | '.repeat(100)} raw }}`,
      'becomes larger than a file may be',
    ],
    ['unclosed braces', () => '{{ '.repeat(1_000_000), 'cannot be read'],
    ['many signs of GitHub', () => `{{ Y }}${`$${'{{'}`.repeat(1_000_000)}`, 'uses the name Y'],
    [
      'many signs of GitHub that are closed',
      () => `${`$${'{{ x }}'}`.repeat(500_000)}{{ Y }}`,
      'uses the name Y',
    ],
    ['NUL', () => 'a\0b', 'has a NUL character'],
  ])('%s', async (_name, make, message) => {
    const fields = Array.from({ length: 1000 }, (_, index) => ({ name: `N${index}`, value: `v${index}` }));
    const names = { X: 'x\\"', BIG: 'big'.repeat(1000), LINES: 'a\n'.repeat(10_000) };
    const fault = await faultOf(make(), 'a.conf', { names, secrets: { 'p/*': fields } });
    expect(fault.message).toContain(message);
  });

  test('text that is no UTF-8', async () => {
    await expect(Template.read('in.liquid', Buffer.from([0x61, 0xff]))).rejects.toThrow('is not UTF-8 text');
  });

  test('a template changes no object of JavaScript', async () => {
    await rendered('{% assign __proto__ = "x" %}{% assign constructor = "y" %}{{ __proto__ }}', 'a.conf');
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    expect(String({}.constructor)).toContain('Object');
  });
});
