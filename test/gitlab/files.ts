import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { ACTION } from '../support/runner.js';

export const COMPONENT = join(ACTION, 'gitlab/templates/segura-secrets/template.yml');
export const INCLUDE = join(ACTION, 'gitlab/include/segura-secrets.gitlab-ci.yml');
export const TOOL = join(ACTION, 'dist/cli/segura-secrets.mjs');

/** The scripts of the hidden jobs, as a runner gets them. */
export interface Scripts {
  readonly prepare: string;
  readonly values: string;
  readonly release: string;
  readonly path: string;
  readonly exec: string;
}

export interface HiddenJob {
  readonly extends?: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly before_script: readonly string[];
  readonly script: readonly string[];
  readonly after_script: readonly string[];
}

export interface Input {
  readonly description?: string;
  readonly default?: string | number | boolean;
  readonly type?: string;
  readonly regex?: string;
  readonly options?: readonly string[];
}

interface Reference {
  readonly reference: readonly string[];
}

/** The documents of a pipeline file; `!reference` becomes a list of its own words, as GitLab's schema has it. */
export function readDocuments(text: string): unknown[] {
  const reference = {
    tag: '!reference',
    collection: 'seq' as const,
    identify: (value: unknown): value is Reference => value instanceof Object && 'reference' in value,
  };
  return parseAllDocuments(text, { merge: true, customTags: [reference] }).map((document) => {
    if ('errors' in document && document.errors.length > 0) throw document.errors[0];
    return document.toJS() as unknown;
  });
}

export function componentInputs(): Readonly<Record<string, Input>> {
  const [header] = readDocuments(readFileSync(COMPONENT, 'utf8')) as [
    { spec: { inputs: Record<string, Input> } },
  ];
  return header.spec.inputs;
}

/** The jobs of the component, with an input's default where none is given. */
export function componentJobs(given: Readonly<Record<string, string>> = {}): Record<string, HiddenJob> {
  const [, jobs] = readDocuments(interpolated(readFileSync(COMPONENT, 'utf8'), given));
  return jobs as Record<string, HiddenJob>;
}

export function includeJobs(): Record<string, HiddenJob> {
  return readDocuments(readFileSync(INCLUDE, 'utf8'))[0] as Record<string, HiddenJob>;
}

/** Only for values that mean nothing to YAML. */
function interpolated(text: string, given: Readonly<Record<string, string>>): string {
  const inputs = componentInputs();
  return text.replaceAll(/\$\[\[ inputs\.([\w-]+) \]\]/g, (_, name: string) =>
    String(given[name] ?? inputs[name]?.default ?? ''),
  );
}

export function scriptsOf(jobs: Readonly<Record<string, HiddenJob>>): Scripts {
  const [plain, exec] = Object.values(jobs);
  return {
    prepare: plain?.before_script[0] ?? '',
    values: plain?.before_script[1] ?? '',
    release: plain?.after_script[0] ?? '',
    path: exec?.before_script[1] ?? '',
    exec: exec?.script[0] ?? '',
  };
}
