import { collect, type SeguraError } from '../errors.js';
import { lineOf } from '../text.js';
import { type AgentPlace, type Destination, readAgentPlace, readDestination } from './destination.js';
import { lineWith, namesAmong, type Shown, withOneArrow, withoutSpaces } from './offered-lines.js';
import { type RequestKind, type SecretRequest, type Source, showSource } from './request.js';
import { type Line, type OtherLines, readDsmSource, readPamSource, writing } from './source.js';
import {
  type Char,
  isBlank,
  lastBareIndex,
  quote,
  readLine,
  requestInvalid,
  split,
  textOf,
  trim,
} from './tokens.js';
import { isVariableName, type NameRule } from './variable-names.js';

const INPUTS = { dsm: 'secrets', dynamic: 'dynamic', pam: 'credentials', key: 'sshKeys' } as const;

/**
 * The requests of one input, in its order. The problems of all bad lines go to `problems`.
 *
 * `isName`: which names the platform accepts. `beside`: the text of the other input, whose names no remedy offers.
 * Errors put there: REQUEST_INVALID, NAME_INVALID.
 */
export function parseRequests(
  kind: RequestKind | OtherLines,
  text: string,
  problems: SeguraError[],
  isName: NameRule = isVariableName,
  beside = '',
): SecretRequest[] {
  const read = typeof kind === 'object' ? { kind: 'dsm' as const, other: kind } : { kind };
  const input = read.other?.input ?? INPUTS[read.kind];
  const requests: SecretRequest[] = [];
  const lines = text.split(/\r\n|\r|\n/);
  const namesFor = namesAmong(lines, beside);
  for (const [index, line] of lines.entries()) {
    const where = lineOf(index + 1, input);
    collect(problems, () => {
      const chars = readLine(line, where);
      const context = { ...read, where, isName, names: namesFor(index) };
      const whole = { ...context, offer: (lines: readonly string[]) => offer(context, lines) };
      if (!isBlank(chars)) requests.push(readRequest(whole, chars, problems));
    });
  }
  return requests;
}

function readRequest(line: Line, chars: readonly Char[], problems: SeguraError[]): SecretRequest {
  const { kind, other, where, isName, names } = line;
  const isDsm = kind === 'dsm' || kind === 'dynamic';
  const [left = [], right, ...more] = split(chars, '>').map(trim);
  const shown = { left, right };
  if (more.length > 0) {
    throw requestInvalid(
      where,
      'has more than one ">".',
      writing(line.offer(withOneArrow([left, right ?? [], ...more]))) ??
        'Separate several destinations by commas, and put a name with ">" in quotes.',
    );
  }
  if (left.length === 0) {
    const one = lineWith(other?.sample ?? (isDsm ? 'IDENTITY/FIELD' : 'ID'), shown);
    const all = lineWith(isDsm ? 'IDENTITY/*' : 'ID/*', shown);
    throw requestInvalid(
      where,
      'names no source before ">".',
      writing(line.offer([one, all])) ?? 'Write the source before ">".',
    );
  }
  rejectSpaces(line, shown, left);
  const read = other?.read ?? (isDsm ? readDsmSource : readPamSource);
  const source = read(line, shown);
  const wildcard = source.field === undefined;
  if (right === undefined) {
    if (isDsm && other === undefined)
      return { source, where, destinations: [{ kind: 'plain', name: '', wildcard: true }] };
    throw requestInvalid(
      where,
      `has no destination for ${showSource(source)}.`,
      `Write ${showSource(source)} > ${wildcard ? `${names.prefix('PREFIX')}*` : names.one('NAME')}`,
    );
  }
  const destinations: Destination[] = [];
  const agents: AgentPlace[] = [];
  for (const part of split(right, ',').map(trim)) {
    rejectSpaces(line, shown, part);
    const isUnsaid =
      wildcard && source.kind === 'dsm' && source.identity !== undefined && lastBareIndex(left, '/') === -1;
    const one = isUnsaid ? showSource({ ...source, field: 'FIELD' }) : undefined;
    const context = { source: showSource(source), one, wildcard, where, isName, names };
    collect(problems, () => {
      const place = kind === 'key' ? readAgentPlace(part, agentOf(source), where) : undefined;
      if (place !== undefined) agents.push(place);
      else destinations.push(readDestination(part, context));
    });
  }
  return { source, where, destinations, ...(agents.length === 0 ? {} : { agents }) };
}

/** The first of the lines that is valid; undefined when none is. */
function offer(line: Omit<Line, 'offer'>, candidates: readonly string[]): string | undefined {
  const trial = { ...line, names: namesAmong([])(0), offer: () => undefined };
  return candidates.find((candidate) => {
    const problems: SeguraError[] = [];
    collect(problems, () => readRequest(trial, readLine(candidate, line.where), problems));
    return problems.length === 0;
  });
}

function rejectSpaces(line: Line, shown: Shown, part: readonly Char[]): void {
  if (!part.some(({ char, quoted }) => !quoted && /\s/.test(char))) return;
  throw requestInvalid(
    line.where,
    `has a space inside "${textOf(part)}".`,
    writing(line.offer(withoutSpaces(shown, part))) ??
      'Put a name with spaces in quotes, write ">" before the destination, a comma between two, and one request per line.',
  );
}

function agentOf(source: Source): Parameters<typeof readAgentPlace>[1] {
  return { key: source.kind === 'pam' ? quote(source.credential) : '', field: source.field };
}
