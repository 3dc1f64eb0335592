import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { ERROR_CODES } from '../../src/core/error-codes.js';
import type { Vault } from '../vault/index.js';
import { AzureJob, azureInputsFor } from './azure-job.js';
import { Desk } from './command-line.js';
import { inputsFor } from './inputs.js';
import { Job } from './runner.js';

/** What a job asks for: inputs in the action's spelling, and what is checked while its steps run. */
export interface Asked {
  readonly inputs: Readonly<Record<string, string>>;
  /** Files that it names itself, relative to the place where its steps run. */
  readonly files: readonly string[];
  /** Texts that a later step prints, a line each. */
  readonly probes: readonly string[];
}

/** What became of it. */
export interface Outcome {
  /** Each variable that the later steps have, and no other; `FILE:` and the bytes of the file where it is a path. */
  readonly variables: Readonly<Record<string, string>>;
  /** The same of what is read by the name of the step. */
  readonly outputs: Readonly<Record<string, string>>;
  /** The content of the files that were requested by path. */
  readonly files: Readonly<Record<string, string>>;
  /** Codes of the errors, sorted. */
  readonly codes: readonly string[];
  /** The probes that a reader of the log sees. */
  readonly shown: readonly string[];
  /** Whatever custody was taken of, by id. */
  readonly taken: readonly string[];
  /** What is in custody when the job has ended. */
  readonly kept: readonly string[];
}

export type Platform = (vault: Vault, asked: Asked) => Promise<Outcome>;

/** The action, by the runner's side of it. */
export const gitHub: Platform = async (vault, { inputs, files, probes }) => {
  const job = new Job();
  try {
    const given = { ...inputsFor(vault, inputs), 'export-env': 'true' };
    const main = await job.main(given);
    const masks = linesOf(main.masks);
    const outcome = {
      variables: opened(Object.fromEntries(main.env)),
      outputs: opened(Object.fromEntries(main.outputs)),
      files: contentsOf(job.workspace, files),
      codes: codesIn(main.stdout, /^::error title=(\w+)::/gm),
      shown: probes.filter((probe) => !isHidden(probe, masks)),
    };
    await job.post(given);
    return { ...outcome, ...custodyOf(vault) };
  } finally {
    job.close();
  }
};

/** The task, by the agent's side of it. */
export const azure: Platform = async (vault, { inputs, files, probes }) => {
  const job = new AzureJob();
  try {
    const camelCase = Object.entries(inputs).map(([name, value]) => [
      name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]);
    const given = azureInputsFor(vault, Object.fromEntries(camelCase));
    const main = await job.main(given);
    const { agent } = job;
    const named = agent.expanded().map(({ name, value }) => [name, value] as const);
    const prefix = `${agent.step}.`;
    const outcome = {
      variables: opened(Object.fromEntries(named.filter(([name]) => !name.startsWith(prefix)))),
      outputs: opened(
        Object.fromEntries(
          named
            .filter(([name]) => name.startsWith(prefix))
            .map(([name, value]) => [name.slice(prefix.length), value]),
        ),
      ),
      files: contentsOf(job.workspace, files),
      codes: codesIn(main.log, /^##\[error\](\w+): /gm),
      shown: probes.filter((probe) => !isHidden(probe, [...agent.masks])),
    };
    await job.post(given);
    if (agent.refused.length + agent.forbidden.length > 0) throw new Error('The agent refused a command.');
    return { ...outcome, ...custodyOf(vault) };
  } finally {
    job.close();
  }
};

/** As `.segura-secrets` of GitLab uses the command line: values for a shell, released when it is done. */
export const shell: Platform = (vault, asked) =>
  atDesk(vault, asked, (desk, words, env) => {
    const script = [
      `values=$(segura_secrets export --format sh --state state ${words.map(quoted).join(' ')}) || exit $?`,
      'eval "$values"; unset values',
      `'${process.execPath}' look.cjs`,
      'segura_secrets release --state state',
    ].join('\n');
    return desk.shell(['sh'], script, { env });
  });

/** As `.segura-secrets-exec` of GitLab uses it: the values in one command, whose output is redacted. */
export const exec: Platform = (vault, asked) =>
  atDesk(vault, asked, (desk, words, env) =>
    desk.run(['exec', ...words, '--', process.execPath, 'look.cjs'], { env }),
  );

/** A step after ours: writes down what it has in its environment, and prints the probes. */
const LOOK = `
const fs = require('node:fs');
const { files, probes } = JSON.parse(fs.readFileSync('asked.json', 'utf8'));
const read = (path) => (fs.existsSync(path) ? fs.readFileSync(path, 'utf8') : undefined);
const isFile = (value) => value.startsWith('/') && fs.existsSync(value) && fs.statSync(value).isFile();
const variables = Object.entries(process.env).map(([n, v]) => [n, isFile(v) ? 'FILE:' + read(v) : v]);
const contents = files.map((path) => [path, read(path)]).filter(([, text]) => text !== undefined);
const seen = { variables: Object.fromEntries(variables), files: Object.fromEntries(contents) };
fs.writeFileSync('seen.json', JSON.stringify(seen));
for (const probe of probes) console.log('<' + probe + '>');
`;

type Start = (
  desk: Desk,
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
) => ReturnType<Desk['run']>;

async function atDesk(vault: Vault, { inputs, files, probes }: Asked, start: Start): Promise<Outcome> {
  const desk = new Desk(vault);
  try {
    const { 'client-secret': clientSecret, ...others } = inputs;
    const env = clientSecret === undefined ? {} : { SENHASEGURA_CLIENT_SECRET: clientSecret };
    const words = Object.entries(others).flatMap(([name, value]) => [`--${name}`, value]);
    writeFileSync(join(desk.folder, 'look.cjs'), LOOK);
    writeFileSync(join(desk.folder, 'asked.json'), JSON.stringify({ files, probes }));
    const ended = await start(desk, words, env);
    const seenPath = join(desk.folder, 'seen.json');
    const seen = existsSync(seenPath)
      ? (JSON.parse(readFileSync(seenPath, 'utf8')) as Pick<Outcome, 'variables' | 'files'>)
      : { variables: {}, files: {} };
    const printed = ended.stdout.toString();
    return {
      variables: withoutOwn(seen.variables, desk),
      outputs: {},
      files: seen.files,
      codes: codesIn(ended.stderr, /^segura-secrets: ([A-Z_]+): /gm),
      shown: probes.filter((probe) => printed.includes(`<${probe}>`)),
      ...custodyOf(vault),
    };
  } finally {
    desk.close();
  }
}

/** The variables that a shell or the desk itself has in its environment. */
function withoutOwn(variables: Outcome['variables'], desk: Desk): Outcome['variables'] {
  const own = new Set([...Object.keys(desk.env), 'SENHASEGURA_OUTER_EXEC', 'PWD', 'OLDPWD', 'SHLVL', '_']);
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !own.has(name)));
}

function custodyOf(vault: Vault): Pick<Outcome, 'taken' | 'kept'> {
  return { taken: vault.everTaken(), kept: vault.custodies().map(({ credentialId }) => credentialId) };
}

/** What `pattern` catches, as long as it is a code: a name may look like one. */
function codesIn(text: string, pattern: RegExp): string[] {
  const caught = [...text.matchAll(pattern)].map(([, code = '']) => code);
  return caught.filter((code) => code in ERROR_CODES).toSorted();
}

function opened(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      isAbsolute(value) && existsSync(value) ? `FILE:${readFileSync(value, 'utf8')}` : value,
    ]),
  );
}

function contentsOf(folder: string, files: readonly string[]): Record<string, string> {
  const there = files.filter((path) => existsSync(join(folder, path)));
  return Object.fromEntries(there.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

function linesOf(masks: readonly string[]): string[] {
  return masks.flatMap((mask) => mask.split(/[\r\n]+/)).filter((line) => line !== '');
}

/** Whether nothing of it is left readable; a log is masked line by line. */
function isHidden(probe: string, masks: readonly string[]): boolean {
  const longestFirst = masks.toSorted((a, b) => b.length - a.length);
  const left = longestFirst.reduce((text, mask) => text.replaceAll(mask, ''), probe).trim();
  // Of an encoded form the last four characters may be left: padding, what stands for a line end, and parts of two characters.
  return left !== probe.trim() && left.length <= 4;
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
