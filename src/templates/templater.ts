import { codeOf, collect, problemsOf, SeguraError, throwIfAny } from '../core/errors.js';
import type { RawInputs } from '../core/input-names.js';
import type { GivenValues, Injector, MadeFiles } from '../core/job/inject/injection.js';
import type { FileStore, OpenedFile } from '../core/ports.js';
import { printable } from '../core/printable.js';
import { type SecretRequest, showField, showSource, sourceKey } from '../core/requests/request.js';
import { lineOf, say, type Text } from '../core/text.js';
import { MAX_BYTES } from '../inject/edit.js';
import { DEFAULT_DELIMITERS, readDelimiters } from './delimiters.js';
import { givenNames } from './input/given-names.js';
import { readTemplateLines, type TemplateLine } from './input/lines.js';
import { type Field, Template, type TemplateValues } from './template.js';

/** What looks at templates and files needs of the job. */
export interface TemplaterParts {
  readonly files: Pick<FileStore, 'open' | 'read' | 'check'>;
  /** Those of some paths that git tracks. */
  readonly trackedByGit: (paths: readonly string[]) => Promise<readonly string[]>;
}

export type TemplateInputs = Pick<
  RawInputs,
  'templates' | 'template-delimiters' | 'secrets' | 'credentials' | 'mysafe'
> &
  Partial<Pick<RawInputs, 'dynamic'>>;

/** A template, and the file that is made from it, which may be there. */
interface Making {
  readonly target: string;
  readonly template: Template;
  readonly file: OpenedFile | undefined;
}

/**
 * Reads the inputs for templates, and every template, and looks at each file that is to be made. No byte is written. What
 * is wrong is in the result: INPUT_INVALID, REQUEST_INVALID, NAME_COLLISION, FILE_REFUSED, DOCUMENT_REFUSED,
 * TEMPLATE_INVALID.
 */
export async function openTemplater(raw: TemplateInputs, parts: TemplaterParts): Promise<Injector> {
  const problems: SeguraError[] = [];
  const delimiters =
    collect(problems, () => readDelimiters(raw['template-delimiters'])) ?? DEFAULT_DELIMITERS;
  const lines = readTemplateLines(raw.templates, (line) => lineOf(line, 'templates'), problems);
  const given = givenNames(raw);
  const makings: Making[] = [];
  for (const line of lines) {
    try {
      const template = await Template.read(
        line.template,
        parts.files.read(line.template, MAX_BYTES),
        delimiters,
      );
      throwIfAny(template.unknownNames(given.isGiven, given.known));
      await template.tryOut(line.target);
      const file = await targetOf(line, parts);
      const same = makings.find((each) => file !== undefined && each.file?.path === file.path);
      if (same !== undefined) throw oneFile(same.target, line.target);
      makings.push({ target: line.target, template, file });
    } catch (error) {
      problems.push(...problemsOf(error));
    }
  }
  const there = makings.flatMap(({ file }) => file ?? []);
  const tracked = problems.length > 0 ? [] : await parts.trackedByGit(there.map(({ path }) => path));
  return {
    requests: makings.flatMap(requestsOf),
    problems,
    warnings: there.filter(({ path }) => tracked.includes(path)).map(trackedWarning),
    paths: lines.map(({ target }) => target),
    // What is wrong with one of several lines is in the problems already.
    made:
      problems.length > 0 ? [] : makings.flatMap(({ file, target }) => (file === undefined ? target : [])),
    make: (values) => makeAll(makings, values),
  };
}

/** The file that is there; undefined when it has to be made. Errors: FILE_REFUSED, DOCUMENT_REFUSED. */
async function targetOf(
  { target }: TemplateLine,
  { files }: TemplaterParts,
): Promise<OpenedFile | undefined> {
  try {
    return await files.open(target, MAX_BYTES);
  } catch (error) {
    const isMissing = error instanceof SeguraError && codeOf(error.cause) === 'ENOENT';
    if (!isMissing) throw error;
    throwIfAny(files.check([target]));
    return undefined;
  }
}

/** The requests that a template makes itself, each with the file as its destination. */
function requestsOf({ template, target }: Making): SecretRequest[] {
  return template.requests.map(({ source, where, write }) => {
    const name = nameOf(target, { source });
    return {
      ...{ source, where, write },
      destinations: [{ kind: 'inject', path: target, name, shown: name }],
    };
  });
}

/** The name of the destination of a request; of all fields, it ends before that of the field. */
function nameOf(target: string, { source }: Pick<SecretRequest, 'source'>): string {
  const shown = showSource(source);
  return `${target}#${source.field === undefined ? shown.slice(0, -showField(undefined).length) : shown}`;
}

async function makeAll(makings: readonly Making[], values: GivenValues): Promise<MadeFiles> {
  const problems: SeguraError[] = [];
  const changes: MadeFiles['changes'][number][] = [];
  const derived = new Map<string, string>();
  const written = new Map<string, string>();
  for (const making of makings) {
    const { template, target, file } = making;
    try {
      const made = await template.render(target, valuesFor(making, values));
      for (const [text, value] of made.derived) derived.set(text, value);
      for (const [text, value] of made.written) written.set(text, value);
      const bytes = Buffer.from(made.text);
      if (file === undefined) changes.push({ file: { path: target }, bytes });
      else if (!bytes.equals(file.bytes)) changes.push({ file, bytes });
    } catch (error) {
      problems.push(...problemsOf(error));
    }
  }
  throwIfAny(problems);
  return { changes, derived, written };
}

function valuesFor({ template, target }: Making, { placed, names }: GivenValues): TemplateValues {
  const requests = new Map<string, string | readonly Field[]>();
  for (const { source } of template.requests) {
    const name = nameOf(target, { source });
    if (source.field === undefined) {
      const all = placed.filter((each) => each.name === name + showField(each.field));
      requests.set(
        sourceKey(source),
        all.map(({ field, value }) => ({ name: field, value })),
      );
    } else requests.set(sourceKey(source), placed.find((each) => each.name === name)?.value ?? '');
  }
  return { names, requests };
}

function oneFile(one: string, other: string): SeguraError {
  return new SeguraError(
    'NAME_COLLISION',
    `${printable(one)} and ${printable(other)} are one file.`,
    'Leave one of the lines out.',
  );
}

function trackedWarning({ shown }: OpenedFile): Text {
  return say`git tracks ${printable(shown)}: let no later step commit it or upload it while it holds values.`;
}
