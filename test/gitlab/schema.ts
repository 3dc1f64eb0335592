import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { Ajv, type ErrorObject } from 'ajv';
import { ACTION } from '../support/runner.js';
import { readDocuments } from './files.js';

/** How GitLab's schema begins in the bundle of gitlab-ci-local, which carries it. */
const BEGINNING =
  '{$schema:"http://json-schema.org/draft-07/schema#",$id:"https://gitlab.com/.gitlab-ci.yml"';

const validate = new Ajv({ strict: false, validateFormats: false, allowUnionTypes: true }).compile(
  gitLabSchema(),
);

/** What GitLab's own schema says against each document of a pipeline file. */
export function schemaProblems(text: string): string[] {
  return readDocuments(text).flatMap((document) => {
    validate(document);
    return (validate.errors ?? []).map(
      (error: ErrorObject) => `${error.instancePath} ${error.message ?? ''}`,
    );
  });
}

function gitLabSchema(): object {
  const bundle = readFileSync(join(ACTION, 'node_modules/gitlab-ci-local/dist/index.js'), 'utf8');
  const start = bundle.indexOf(BEGINNING);
  if (start === -1) throw new Error('gitlab-ci-local does not carry the schema where it did.');
  return runInNewContext(
    `(${bundle.slice(start, endOfObject(bundle, start))})`,
    {},
    { timeout: 60_000 },
  ) as object;
}

/** The place after the brace that closes the object literal which begins at `start`. */
function endOfObject(code: string, start: number): number {
  let depth = 0;
  const tokens = /(["'`])(?:\\[\s\S]|(?!\1)[^\\])*\1|[{}]/g;
  for (let at = start; at < code.length; at = tokens.lastIndex) {
    tokens.lastIndex = at;
    const [token = ''] = tokens.exec(code) ?? [];
    if (token === '') break;
    if (token === '{') depth += 1;
    if (token === '}') depth -= 1;
    if (depth === 0) return tokens.lastIndex;
  }
  throw new Error('The schema has no end.');
}
