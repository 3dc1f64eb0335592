import { readFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { AzureJob, azureInputsFor } from '../support/azure-job.js';
import { faultsOf } from '../support/azure-leaks.js';
import { NASTY, vaultWith } from '../support/nasty.js';
import { runWith } from './valued-job.js';

/** Those of one line, with what the agent's own escapes and commands are made of. */
const ONE_LINE = {
  PERCENT: NASTY.PERCENT,
  ESCAPES: 'p;q]r%s%3Bt%5Du%AZP25v%0Dw%0Ax%253By',
  COMMAND: 'x##vso[task.setvariable variable=evil]1##vso[task.complete result=Failed]',
  UNICODE: NASTY.UNICODE,
  QUOTES: NASTY.QUOTES.replace('$(id)', '$id'),
  SPACES: NASTY.SPACES,
  LARGE: NASTY.LARGE,
  DASH: NASTY.DASH,
  EQUALS: NASTY.EQUALS,
  BRACKETS: ']]>;;[task.debug]',
  EXPRESSIONS: '$[variables.x] $' + '{{ parameters.y }} $ (no) $',
  SHORT: 'ab',
  EMPTY: '',
};
/** What an agent would put something else into. */
const MACROS = {
  TOKEN: 'db$(System.AccessToken)x',
  OWN: 'a$(own)b',
  LOWER: '$(build.buildid)',
  NESTED: '$(a$(Build.BuildId))',
  UNKNOWN: 'pass$(word)1',
  QUOTED: NASTY.QUOTES,
  EMPTY: 'a$()b',
  // The name goes on in the text that the value is put into.
  OPEN: 'pass$(HOME',
};
describe('a value of one line', () => {
  test('arrives byte for byte and commands nothing', async () => {
    const { job, main, secrets } = await runWith(ONE_LINE);
    expect(main.result, main.told).toBe('Succeeded');
    for (const [name, value] of Object.entries(ONE_LINE)) {
      expect(job.agent.value(name), name).toBe(value);
      expect(job.agent.inText(`jdbc:(password=$(${name}))`), name).toBe(`jdbc:(password=${value})`);
    }
    expect([...job.agent.variables.keys()].sort()).toEqual(
      Object.keys(ONE_LINE)
        .map((name) => name.toLowerCase())
        .sort(),
    );
    expect(faultsOf(job, main, secrets)).toEqual([]);
  });

  test('is hidden in every later line that shows it or an encoding of it', async () => {
    const { job } = await runWith({ PASSWORD: ONE_LINE.ESCAPES });
    const bytes = Buffer.from(ONE_LINE.ESCAPES);
    for (const text of [ONE_LINE.ESCAPES, bytes.toString('base64'), bytes.toString('hex')]) {
      job.agent.read(`later: ${text} end`);
      expect(job.agent.log.at(-1)).toBe('later: *** end');
    }
  });

  test('too short for a mask of the task is masked inside a secret variable, and the warning says so', async () => {
    const { job, main } = await runWith({ SHORT: '4q' });
    expect(main.told).toContain(
      'The value of postgres/SHORT is shorter than 4 characters and gets no mask from the task: outside secret variables',
    );
    expect(job.agent.masks.has('4q')).toBe(true);
  });
});

describe('a value with $( in it', () => {
  test('fails the step by default before anything is set, and each error names the fix', async () => {
    const { vault, job, main, secrets } = await runWith(
      { ...MACROS, PLAIN: 'a-plain-value' },
      { credentials: '94 > DEPLOY' },
    );
    expect([main.code, main.result]).toEqual([0, 'Failed']);
    for (const name of [
      ...Object.keys(MACROS).map((each) => `postgres/${each} for ${each}`),
      '94/password for DEPLOY',
    ])
      expect(main.told).toContain(`VALUE_BROKEN: The value of ${name} contains "$("`);
    expect(main.told).toContain('postgres/TOKEN > path:TOKEN');
    expect(main.told).toContain('multiline: base64');
    expect([job.agent.variables.size, vault.custodies()]).toEqual([0, []]);
    expect(faultsOf(job, main, secrets)).toEqual([]);
  });

  test('becomes its base64 in the base64 mode', async () => {
    const { job, main, secrets } = await runWith(MACROS, { multiline: 'base64', outputs: 'true' });
    expect(main.result, main.told).toBe('Succeeded');
    for (const [name, value] of Object.entries(MACROS)) {
      expect(Buffer.from(job.agent.value(name) ?? '', 'base64').toString(), name).toBe(value);
      expect(job.agent.value(`segura.${name}`)).toBe(job.agent.value(name));
    }
    expect(faultsOf(job, main, secrets)).toEqual([]);
  });

  test('goes to a private file in the file mode, and with path: in every mode', async () => {
    const { job, main, secrets } = await runWith(MACROS, { multiline: 'file' });
    const requests = Object.keys(MACROS).map((name) => `postgres/${name} > path:${name}`);
    const other = await runWith(MACROS, { secrets: requests.join('\n') });
    for (const [ran, { agent }] of [
      [main, job],
      [other.main, other.job],
    ] as const) {
      expect(ran.result, ran.told).toBe('Succeeded');
      for (const [name, value] of Object.entries(MACROS))
        expect(readFileSync(agent.value(name) ?? '', 'utf8'), name).toBe(value);
    }
    expect(faultsOf(job, main, secrets)).toEqual([]);
  });
});

describe('a variable that the agent will not set again', () => {
  test.each(['PERCENT', 'ESCAPES', 'PASSWORD'])(
    'shows nothing of %s in the command it prints',
    async (name) => {
      const value =
        { PERCENT: NASTY.PERCENT, ESCAPES: ONE_LINE.ESCAPES, PASSWORD: '100%-of-it%AZP25' }[name] ?? '';
      const vault = await vaultWith({ [name]: value });
      const job = new AzureJob();
      onTestFinished(async () => {
        job.close();
        await vault.close();
      });
      const taken = { name, value: 'of the pipeline', isSecret: false, isReadOnly: true };
      job.agent.variables.set(name.toLowerCase(), taken);
      job.agent.keepsReadOnly = true;
      const main = await job.main(azureInputsFor(vault, { secrets: `postgres/${name} > ${name}` }));
      expect(job.agent.refused.length).toBe(1);
      expect(main.log).toContain('issecret=true;]***');
      expect(main.log).not.toContain(value);
      expect(main.log).not.toContain(value.replaceAll('%', '%AZP25'));
    },
  );
});
