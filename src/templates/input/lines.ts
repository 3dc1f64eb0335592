import { collect, SeguraError } from '../../core/errors.js';
import {
  type Char,
  isBlank,
  quote,
  readLine,
  requestInvalid,
  split,
  textOf,
  trim,
} from '../../core/requests/tokens.js';
import type { Text } from '../../core/text.js';

/** One line of `templates`: a template, and the file that is made from it. Paths as they are written. */
export interface TemplateLine {
  readonly where: Text;
  readonly template: string;
  readonly target: string;
}

/**
 * The lines of `templates`, one `TEMPLATE > FILE` each; either side may stand in quotes. `where`: how a line is called in
 * messages, by its number from 1. The problems of all bad lines go to `problems`: REQUEST_INVALID, and NAME_COLLISION for
 * a file that two lines make.
 */
export function readTemplateLines(
  text: string,
  where: (line: number) => Text,
  problems: SeguraError[],
): TemplateLine[] {
  const lines: TemplateLine[] = [];
  for (const [index, line] of text.split(/\r\n|\r|\n/).entries()) {
    collect(problems, () => {
      const chars = readLine(line, where(index + 1));
      if (!isBlank(chars)) lines.push(readOne(chars, where(index + 1)));
    });
  }
  const known = new Set<string>();
  for (const { target } of lines) {
    if (known.has(target)) {
      problems.push(
        new SeguraError(
          'NAME_COLLISION',
          `Two templates make the file ${target}.`,
          'Leave one of the lines out.',
        ),
      );
    }
    known.add(target);
  }
  return lines;
}

function readOne(chars: readonly Char[], where: Text): TemplateLine {
  const [left = [], right, ...more] = split(chars, '>').map(trim);
  if (more.length > 0)
    throw requestInvalid(
      where,
      'has more than one ">".',
      'Put a path with ">" in quotes, and one file in a line.',
    );
  const template = pathOf(left, where);
  if (template === '') throw requestInvalid(where, 'names no template before ">".', 'Write TEMPLATE > FILE');
  if (right === undefined) {
    const made = template.endsWith('.liquid') ? template.slice(0, -'.liquid'.length) : 'FILE';
    throw requestInvalid(
      where,
      `has no file for the template ${template}.`,
      `Write ${quoted(template)} > ${quoted(made)}`,
    );
  }
  const target = pathOf(right, where);
  if (target === '')
    throw requestInvalid(where, 'names no file behind ">".', `Write ${quoted(template)} > FILE`);
  if (target === template) {
    throw requestInvalid(
      where,
      `makes the file ${target} from itself.`,
      `Name the template ${quoted(`${template}.liquid`)}, and write ${quoted(`${template}.liquid`)} > ${quoted(target)}`,
    );
  }
  return { where, template, target };
}

function pathOf(chars: readonly Char[], where: Text): string {
  const bare = chars.find(({ char, quoted }) => !quoted && /[\s,]/.test(char));
  const path = textOf(chars);
  if (bare === undefined) return path;
  throw requestInvalid(
    where,
    bare.char === ',' ? `has a comma in "${path}".` : `has a space inside "${path}".`,
    bare.char === ','
      ? `Write a line for each file. A path with a comma stands in quotes: "${path}"`
      : `Put a path with spaces in quotes: "${path}"`,
  );
}

/** A path as a line has it. */
function quoted(path: string): string {
  return /^[^\s>#",]+$/.test(path) ? path : quote(path);
}
