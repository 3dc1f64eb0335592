import { describe, expect, test } from 'vitest';
import { formsIn } from './support/encodings.js';
import { inputsFor } from './support/inputs.js';
import { EVERYTHING, FAULTS, PLACES, searchLeaks } from './support/leak-search.js';
import { Job } from './support/runner.js';
import { startVault } from './vault/index.js';

describe('no byte of output, state, summary or left file holds a secret of the vault in any encoding', () => {
  test('when all goes well, at debug level', async () => {
    const { main, post, found, left } = await searchLeaks(EVERYTHING);
    expect([main.code, post.code], main.log).toEqual([0, 0]);
    expect(main.log).toContain('::debug::');
    expect(found).toEqual([]);
    expect(left).toEqual([]);
  });

  for (const [name, fault] of Object.entries(FAULTS)) {
    for (const [place, path] of Object.entries(PLACES)) {
      test.concurrent(`when ${name} at the ${place}`, async () => {
        const { main, found } = await searchLeaks(
          { ...EVERYTHING, retries: '1' },
          { prepare: (vault) => vault.faults.add({ match: { path }, times: 6, fault }) },
        );
        expect(found, main.stdout).toEqual([]);
      });
    }
  }

  test('masks hide what a careless later step prints', async () => {
    const vault = await startVault({ dialect: 'api' });
    const job = new Job();
    const main = await job.main(inputsFor(vault, EVERYTHING));
    const [password] = [main.outputs.get('DEPLOY') ?? ''];
    const hidden = (text: string): string =>
      [...main.masks]
        .sort((a, b) => b.length - a.length)
        .reduce((all, mask) => all.replaceAll(mask, '***'), text);
    const shown = [
      password,
      Buffer.from(`${password}\n`).toString('base64'),
      Buffer.from(`deploy:${password}`).toString('base64'),
      Buffer.from(password).toString('hex'),
      encodeURIComponent(password).replaceAll(/%../g, (code) => code.toLowerCase()),
      JSON.stringify({ body: JSON.stringify({ password }) }),
    ];
    for (const text of shown) expect(hidden(text)).toContain('***');
    for (const text of shown) expect(formsIn(Buffer.from(hidden(text)), [password])).toEqual([]);
    job.close();
    await vault.close();
  });

  test('the client secret and every token are masked before anything else is printed or saved', async () => {
    const vault = await startVault({ dialect: 'api' });
    const job = new Job();
    const main = await job.main(inputsFor(vault, EVERYTHING));
    const lines = main.stdout.split('\n');
    const firstOther = lines.findIndex((line) => !line.startsWith('::add-mask::'));
    expect(lines.slice(0, firstOther)).toContain(`::add-mask::${vault.clients.ci.clientSecret}`);
    const firstState = lines.findIndex((line) => /pam\/credential/.test(line));
    const tokens = main.masks.filter((mask) => /^[\w-]+\.[\w-]+\.[\w-]+$/.test(mask));
    expect(new Set(tokens).size).toBe(2);
    expect(Math.max(...tokens.map((token) => lines.indexOf(`::add-mask::${token}`)))).toBeLessThan(
      firstState,
    );
    job.close();
    await vault.close();
  });
});
