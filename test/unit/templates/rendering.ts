import { problemsOf, type SeguraError } from '../../../src/core/errors.js';
import { type Source, sourceKey } from '../../../src/core/requests/request.js';
import { type Field, type Rendered, readDelimiters, Template } from '../../../src/templates/template.js';

export interface Given {
  readonly names?: Readonly<Record<string, string>>;
  /** By the text before the filter: `postgres/*`. */
  readonly secrets?: Readonly<Record<string, string | readonly Field[]>>;
  readonly delimiters?: string;
}

/** What a template makes for a target. */
export async function rendered(text: string, target: string, given: Given = {}): Promise<Rendered> {
  const { names = {}, secrets = {}, delimiters = '' } = given;
  const template = await Template.read('in.liquid', Buffer.from(text), readDelimiters(delimiters));
  const requests = new Map(
    template.requests.map(({ source }) => {
      const found = secrets[shown(source)];
      if (found === undefined) throw new Error(`the test gives no ${shown(source)}`);
      return [sourceKey(source), found];
    }),
  );
  return template.render(target, { names: new Map(Object.entries(names)), requests });
}

export async function textOf(text: string, target: string, given: Given = {}): Promise<string> {
  return (await rendered(text, target, given)).text;
}

function shown(source: Source): string {
  return source.kind === 'pam'
    ? `${source.credential}/${source.field ?? '*'}`
    : `${source.identity}/${source.field ?? '*'}`;
}

/** Why a template cannot be rendered. */
export async function faultOf(text: string, target = 'a.conf', given: Given = {}): Promise<SeguraError> {
  try {
    await rendered(text, target, given);
  } catch (error) {
    return problemsOf(error)[0] as SeguraError;
  }
  throw new Error('it was rendered');
}
