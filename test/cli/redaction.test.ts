import { describe, expect, test } from 'vitest';
import { deskAt } from '../support/desk-fixture.js';
import { vaultWith } from '../support/nasty.js';

/** What a command prints through exec, with a secret in its variable V. */
async function printed(value: string, script: string): Promise<string> {
  const vault = await vaultWith({ PASSWORD: value });
  const desk = deskAt(vault);
  try {
    const command = ['--', process.execPath, '-e', script];
    const ended = await desk.run(['exec', '--quiet', '--secrets', 'postgres/PASSWORD > V', ...command]);
    expect(ended.code, ended.stderr).toBe(0);
    return ended.stdout.toString();
  } finally {
    desk.close();
    await vault.close();
  }
}

describe('exec hides a secret', () => {
  test('that is percent-encoded in any part of a URL', async () => {
    const script = `
      const url = new URL('https://host/');
      url.username = 'ci';
      url.password = process.env.V;
      url.pathname = '/' + process.env.V + '/';
      url.search = '?v=' + process.env.V;
      console.log(url.href);
      console.log([...process.env.V].map((char, at) => at % 2 ? char : '%' + char.charCodeAt(0).toString(16)).join(''));
    `;
    const output = await printed('p@ss/word+1!', script);
    expect(output).toBe('https://ci:***@host/***/?v=***\n***\n');
  });

  test('with doubled quotes, entities and escapes', async () => {
    const script = `
      const v = process.env.V;
      const each = { "'": "''", '"': '""' };
      console.log("'" + v.replaceAll("'", each["'"]) + "'", '"' + v.replaceAll('"', each['"']) + '"');
      for (const [double, single] of [['&#34;', '&#39;'], ['&quot;', '&#x27;'], ['"', "'"]])
        console.log(v.replaceAll('&', '&amp;').replaceAll('"', double).replaceAll("'", single));
      console.log(v.normalize('NFD'), v.replaceAll('é', '\\\\u{e9}').replaceAll('"', '\\\\"'));
    `;
    const output = await printed('O\'Reilly & "Sons" café', script);
    expect(output).toBe(`'***' "***"\n***\n***\n***\n*** ***\n`);
  });

  test('in base64 whose lines have an indent', async () => {
    const script = `
      const text = Buffer.from('a'.repeat(50) + process.env.V + 'b'.repeat(50)).toString('base64');
      console.log(text.replaceAll(/.{76}/g, '$&\\n').replaceAll(/^/gm, '  '));
    `;
    const output = await printed('Xy7$kQ2!mZ9@pL4#vR8%', script);
    const left = Buffer.from(output.replaceAll(/\s|\*/g, ''), 'base64').toString('latin1');
    expect(output).toContain('***');
    expect(left).not.toMatch(/kQ2|mZ9|pL4|vR8/);
  });
});
