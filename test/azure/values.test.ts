import { readFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { AzureJob, type AzureStepResult, azureInputsFor } from '../support/azure-job.js';
import { faultsOf } from '../support/azure-leaks.js';
import { NASTY, vaultWith } from '../support/nasty.js';
import type { Vault } from '../vault/index.js';

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
const LINES = {
  NEWLINES: NASTY.NEWLINES,
  CRLF: NASTY.CRLF,
  CR: 'only\rcarriage\rreturns',
  ORDERS: `a line\n${NASTY.COMMAND}`,
  INJECTION: NASTY.INJECTION,
  DELIMITER: NASTY.DELIMITER,
  TINY: 'a\nb',
};

interface Ran {
  readonly vault: Vault;
  readonly job: AzureJob;
  readonly inputs: Record<string, string>;
  readonly main: AzureStepResult;
  readonly secrets: readonly string[];
}

async function runWith(values: Record<string, string>, wanted: Record<string, string> = {}): Promise<Ran> {
  const vault = await vaultWith(values);
  const job = new AzureJob();
  onTestFinished(async () => {
    job.close();
    await vault.close();
  });
  const secrets = Object.keys(values).map((name) => `postgres/${name} > ${name}`);
  const inputs = azureInputsFor(vault, { secrets: secrets.join('\n'), ...wanted });
  const main = await job.main(inputs);
  return { vault, job, inputs, main, secrets: Object.values(values).filter((value) => value.length >= 8) };
}

/** The private files of the job that still hold one of the values. */
function filesWith(job: AzureJob, values: readonly string[]): string[] {
  return job
    .files()
    .filter(({ bytes }) => values.some((value) => bytes.includes(value)))
    .map(({ path }) => path);
}

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

  test('too short for a mask of the task is masked where it is in a secret variable, and so it is told', async () => {
    const { job, main } = await runWith({ SHORT: '4q' });
    expect(main.told).toContain(
      'The value of postgres/SHORT is shorter than 4 characters and gets no mask of the task: where it is in no secret variable',
    );
    expect(job.agent.masks.has('4q')).toBe(true);
  });

  test.each([
    ['false', 16],
    ['true', 8],
  ])(
    'too large together with others to start a later task with is refused (outputs: %s)',
    async (outputs, count) => {
      const values = Object.fromEntries(
        Array.from({ length: count }, (_, index) => [
          `K${index}`,
          `${index}`.padEnd(100_000, 'abcdef0123456789-'),
        ]),
      );
      const { vault, job, inputs, main } = await runWith(values, { outputs, credentials: '96 > DEPLOY' });
      expect([main.result, job.agent.variables.size, vault.custodies()]).toEqual(['Failed', 0, []]);
      expect(main.told).toContain('VALUE_TOO_LARGE: With these the environment would be larger');
      const post = await job.post(inputs);
      expect([post.code, post.result], post.told).toEqual([0, 'Succeeded']);
    },
  );

  test.each([
    ['false', 14],
    ['true', 7],
  ])('as large as is taken leaves post a place to start in (outputs: %s)', async (outputs, count) => {
    const values = Object.fromEntries(
      Array.from({ length: count }, (_, index) => [
        `K${index}`,
        `${index}`.padEnd(100_000, 'abcdef0123456789-'),
      ]),
    );
    const secrets = Object.keys(values)
      .map((name) => `postgres/${name} > ${name}`)
      .join('\n');
    const { vault, job, inputs, main } = await runWith(values, {
      outputs,
      secrets,
      credentials: '96 > env:DEPLOY',
    });
    expect(main.result, main.told).toBe('Succeeded');
    const post = await job.post(inputs);
    expect([post.code, post.result], post.told).toEqual([0, 'Succeeded']);
    expect(vault.custodies()).toEqual([]);
  });

  test('too large for the environment of a later task is refused with a file as the way out', async () => {
    const { job, main } = await runWith({ HUGE: 'x'.repeat(125_000) });
    expect([main.result, job.agent.variables.size]).toEqual(['Failed', 0]);
    expect(main.told).toContain('VALUE_TOO_LARGE');
    expect(main.told).toContain('path:HUGE');
  });
});

describe('a value with $( in it', () => {
  test('is refused by default before anything is set, each with the way out', async () => {
    const { vault, job, main, secrets } = await runWith(
      { ...MACROS, PLAIN: 'a-plain-value' },
      { credentials: '94 > DEPLOY' },
    );
    expect([main.code, main.result]).toEqual([0, 'Failed']);
    for (const name of [
      ...Object.keys(MACROS).map((each) => `postgres/${each} for ${each}`),
      '94/password for DEPLOY',
    ])
      expect(main.told).toContain(`VALUE_BROKEN: The value of ${name} holds "$("`);
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

  test('goes to a private file in the file mode, and by path: in any', async () => {
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

describe('a value with line ends', () => {
  test('is refused by default before anything is set, each with the way out', async () => {
    const values = { ...LINES, PLAIN: 'a-plain-value' };
    const { vault, job, main, secrets } = await runWith(values, { credentials: '94 > DEPLOY' });
    expect([main.code, main.result]).toEqual([0, 'Failed']);
    for (const name of Object.keys(LINES)) {
      expect(main.told).toContain(
        `VALUE_BROKEN: The value of postgres/${name} for ${name} has several lines`,
      );
      expect(main.told).toContain(`postgres/${name} > path:${name}`);
    }
    expect(main.told).toContain('multiline: base64');
    expect(job.agent.variables.size).toBe(0);
    expect(vault.custodies()).toEqual([]);
    expect(faultsOf(job, main, secrets)).toEqual([]);
  });

  test('becomes its base64 in the base64 mode, hidden before it is set', async () => {
    const values = { ...LINES, PLAIN: 'a-plain-value' };
    const { job, main, secrets } = await runWith(values, { multiline: 'base64', outputs: 'true' });
    expect(main.result, main.told).toBe('Succeeded');
    for (const [name, value] of Object.entries(LINES)) {
      const variable = job.agent.value(name) ?? '';
      expect(Buffer.from(variable, 'base64').toString(), name).toBe(value);
      expect([job.agent.isSecret(name), job.agent.masks.has(variable)]).toEqual([true, true]);
      expect(job.agent.value(`segura.${name}`)).toBe(variable);
      expect(main.told).toContain(`${name} is set to base64 of the value`);
    }
    expect(job.agent.value('PLAIN')).toBe('a-plain-value');
    expect(faultsOf(job, main, secrets)).toEqual([]);
  });

  test('goes to a private file in the file mode, which post removes', async () => {
    const values = { ...LINES, PLAIN: 'a-plain-value' };
    const { job, inputs, main, secrets } = await runWith(values, { multiline: 'file' });
    expect(main.result, main.told).toBe('Succeeded');
    for (const [name, value] of Object.entries(LINES)) {
      const path = job.agent.value(name) ?? '';
      expect(path.startsWith(job.temp), name).toBe(true);
      expect(readFileSync(path).equals(Buffer.from(value)), name).toBe(true);
      expect([job.modeOf(path), job.agent.isSecret(name)]).toEqual([0o600, false]);
      expect(main.told).toContain(`${name}: ready, from postgres/${name}, as private file, path as variable`);
      expect(main.told).toContain(`${name} is set to the path of a private file`);
    }
    expect(job.agent.value('PLAIN')).toBe('a-plain-value');
    expect(main.told).toContain('PLAIN: ready, from postgres/PLAIN, as secret variable');
    expect(faultsOf(job, main, secrets)).toEqual([]);
    const post = await job.post(inputs);
    expect([post.code, post.result], post.told).toEqual([0, 'Succeeded']);
    expect(filesWith(job, Object.values(LINES))).toEqual([]);
    expect(faultsOf(job, post, secrets)).toEqual([]);
  });

  test.each(['file', 'base64'])('is set once for each place it is asked for in (%s)', async (multiline) => {
    const { job, main, secrets } = await runWith(LINES, {
      multiline,
      outputs: 'true',
      secrets: 'postgres/CRLF > KEY, output:KEY\npostgres/CRLF > env:key, output:OTHER',
    });
    expect(main.result, main.told).toBe('Succeeded');
    const set = main.commands.filter(({ event }) => event === 'setvariable');
    expect(set.map(({ properties }) => [properties.get('variable'), properties.get('isoutput')])).toEqual([
      ['KEY', 'false'],
      ['KEY', 'true'],
      ['OTHER', 'true'],
    ]);
    expect(faultsOf(job, main, secrets)).toEqual([]);
  });

  test('leaves no file behind when another value is refused beside it', async () => {
    const values = { KEY: NASTY.NEWLINES, SECRET_WORD: 'another-value' };
    const { job, main } = await runWith(values, {
      multiline: 'file',
      secrets: 'postgres/KEY > KEY\npostgres/* > ALL_*\npostgres/* > *',
    });
    expect([main.result, job.agent.variables.size], main.told).toEqual(['Failed', 0]);
    expect(main.told).toContain('NAME_RESERVED');
    expect(filesWith(job, [NASTY.NEWLINES])).toEqual([]);
  });
});
