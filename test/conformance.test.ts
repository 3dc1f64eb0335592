import { describe, expect, test } from 'vitest';
import { azureSampleData } from './support/azure-vault.js';
import { azure, exec, gitHub, type Outcome, type Platform, shell } from './support/conformance.js';
import { GOLDEN, type Golden } from './support/conformance-cases.js';
import { startVault, type Vault } from './vault/index.js';

const PLATFORMS = { gitHub, shell, exec, azure } as const satisfies Record<string, Platform>;
type Name = keyof typeof PLATFORMS;

interface Difference {
  readonly on: readonly Name[];
  /** The cases that it concerns. */
  readonly cases: readonly string[] | 'all';
  readonly why: string;
  /** What is there instead; `probes` are all texts that a later step printed. */
  readonly instead: (expected: Outcome, golden: Golden, probes: readonly string[]) => Partial<Outcome>;
}

/** All that may differ. What stands here and does not differ is a fault as well. */
const DIFFERENCES: readonly Difference[] = [
  {
    on: ['shell'],
    cases: 'all',
    why: 'GitLab masks nothing that a job fetched, and a shell can read what its variables hold.',
    instead: ({ variables, files }, _, probes) =>
      Object.keys({ ...variables, ...files }).length === 0 ? {} : { shown: probes },
  },
  {
    on: ['gitHub'],
    cases: 'all',
    why: 'In the action each plain NAME is an output of the step, whatever export-env adds to that.',
    instead: ({ variables, outputs }, { envOnly = [] }) => ({
      outputs: {
        ...Object.fromEntries(Object.entries(variables).filter(([name]) => !envOnly.includes(name))),
        ...outputs,
      },
    }),
  },
  {
    on: ['shell', 'exec'],
    cases: ['a name is only an output'],
    why: 'A shell has no outputs: the destination is refused.',
    instead: () => ({ outputs: {}, codes: ['REQUEST_INVALID'] }),
  },
  {
    on: ['azure'],
    cases: ['a value of several lines becomes a variable'],
    why: 'An agent takes no secret variable of several lines, and would print it.',
    instead: () => ({ variables: {}, codes: ['VALUE_BROKEN'], shown: [] }),
  },
  {
    on: ['azure'],
    cases: ['a value with $( in it becomes a variable'],
    why: 'An agent puts the variable of that name in its place, and nothing escapes it.',
    instead: () => ({ variables: {}, codes: ['VALUE_BROKEN', 'VALUE_BROKEN'], shown: [] }),
  },
  {
    on: ['azure'],
    cases: ['a name begins with SECRET'],
    why: 'An agent keeps such names for itself: no step gets the variable, and nothing is fetched that would be masked.',
    instead: (_expected, _golden, probes) => ({ variables: {}, codes: ['NAME_RESERVED'], shown: probes }),
  },
  {
    on: ['azure'],
    cases: [
      'credentials are taken into custody and released',
      'short values stay readable, and so do user names',
    ],
    why: 'The task sets secret variables, and an agent hides what stands in one, whatever that is and however short.',
    instead: () => ({ shown: [] }),
  },
];

const NOTHING: Outcome = {
  variables: {},
  outputs: {},
  files: {},
  codes: [],
  shown: [],
  taken: [],
  kept: [],
};

async function vaultFor({ fields, before }: Golden): Promise<Vault> {
  const data = azureSampleData();
  const postgres = data.secrets.find(({ identity }) => identity === 'postgres');
  if (fields !== undefined && postgres !== undefined) postgres.data = [{ ...fields }];
  const vault = await startVault({ dialect: 'api', data });
  before?.(vault);
  return vault;
}

/** Forms of the values in which a program may print them; those of one line, since a log is masked line by line. */
function formsOf(expected: Outcome, ordinary: readonly string[]): string[] {
  const values = [
    ...Object.values(expected.variables),
    ...Object.values(expected.outputs),
    ...Object.values(expected.files),
  ]
    .map((value) => value.replace(/^FILE:/, ''))
    .filter((value) => !ordinary.includes(value) && value.length < 1_000);
  const forms = values.flatMap((value) => [
    ...value.split(/[\r\n]+/).filter((line) => line.length >= 4),
    ...[Buffer.from(value).toString('base64'), Buffer.from(`${value}\n`).toString('base64')].filter(
      (form) => form.length < 76,
    ),
    ...[Buffer.from(value).toString('hex')].filter((form) => form.length < 60),
    encodeURIComponent(value),
    JSON.stringify(value).slice(1, -1),
  ]);
  return [...new Set(forms.filter((form) => form.length >= 8 || values.includes(form)))];
}

function applying(on: Name, name: string): readonly Difference[] {
  return DIFFERENCES.filter(
    (each) => each.on.includes(on) && (each.cases === 'all' || each.cases.includes(name)),
  );
}

describe.each(Object.entries(GOLDEN))('%s', (name, golden) => {
  test.each(Object.keys(PLATFORMS) as Name[])('%s', async (platform) => {
    const vault = await vaultFor(golden);
    try {
      const common = { ...NOTHING, ...golden.expected(vault) };
      const probes = [...formsOf(common, golden.ordinary ?? []), ...(golden.ordinary ?? [])];
      const expected = { ...common };
      for (const { instead } of applying(platform, name))
        Object.assign(expected, instead(common, golden, probes));
      const asked = { inputs: golden.inputs(vault), files: Object.keys(common.files), probes };
      const outcome = await PLATFORMS[platform](vault, asked);
      expect(outcome).toEqual(expected);
    } finally {
      await vault.close();
    }
  });
});

describe('the list of differences', () => {
  test('names cases that exist, each difference with a reason', () => {
    const named = DIFFERENCES.flatMap(({ cases }) => (cases === 'all' ? [] : cases));
    expect(named.filter((each) => !(each in GOLDEN))).toEqual([]);
    expect(DIFFERENCES.filter(({ why }) => !/^[A-Z].{20,}\.$/.test(why))).toEqual([]);
  });

  test('changes the expectation of every case that it names', async () => {
    for (const { cases, instead } of DIFFERENCES) {
      for (const each of cases === 'all' ? [] : cases) {
        const golden = GOLDEN[each];
        if (golden === undefined) continue;
        const vault = await vaultFor(golden);
        const common = { ...NOTHING, ...golden.expected(vault) };
        expect({ ...common, ...instead(common, golden, []) }, each).not.toEqual(common);
        await vault.close();
      }
    }
  });
});
