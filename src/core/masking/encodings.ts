import type { HiddenBesides, Hiding } from '../ports.js';
import { backslashForms, choosyForms } from './forms/backslashes.js';
import { alignedBase64, base64Forms, base64InOtherLines, wrap } from './forms/base64.js';
import { escapedForms } from './forms/escapes.js';
import { htmlSafeJson } from './forms/html-safe-json.js';
import { jsonForms } from './forms/json.js';
import { percentForms } from './forms/percent.js';
import { quotedPrintable } from './forms/quoted-printable.js';
import { doubledForms, entityForms } from './forms/quotes.js';
import { referenceForms } from './forms/references.js';
import { MIN_PART_LENGTH, partsByRunner, runnerForms } from './forms/runner.js';
import { shellForms } from './forms/shell.js';
import { yamlForms } from './forms/yaml.js';
import { jsonLeaves } from './json-leaves.js';

/**
 * The forms of a secret value that a log can show. GitHub masks the plain value and some of its encodings. Every form here
 * is one that its encoders miss, or those of another platform (see docs/ARCHITECTURE.md).
 */

/** Shorter derived forms would hide ordinary words. */
const MIN_DERIVED_LENGTH = 8;
/** A document with more leaves is data, not credentials: further leaves are masked without their encodings. So are lines. */
export const MAX_LEAVES_DERIVED = 500;
/** Line width of `xxd -p`. */
const HEX_LINE_LENGTH = 60;
/** A longer text is a document: its encodings are made of one spelling, without a check of what the platform derives. */
const LONGEST_LOOKED_INTO = 4_096;

/** The forms of a shorter value are made without a pause, in a few milliseconds. */
const LONGEST_AT_ONCE = 16_384;

/**
 * Every form of `value` to mask, longest first: its lines, their encodings, the leaves of a JSON value. Leaves out a form
 * that does not fit on one line, of which other forms leave only padding or space, or that the platform hides anyway.
 *
 * A log is masked line by line, and GitHub masks each line of a mask separately, however short. So lines that are too
 * short are left out. Empty when the value, or each of its lines, is shorter than `minLength`: masking it would hide too
 * much else.
 */
export function maskForms(value: string, minLength: number, by: Hiding = {}): string[] {
  const steps = formsInSteps(value, minLength, by);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** The same, with pauses while a long value is worked on, so that other work can run. */
export function* formsInSteps(value: string, minLength: number, by: Hiding = {}): Generator<void, string[]> {
  if (value.length < minLength || value.trim() === '') return [];
  const leaves = longLeaves(value);
  const least = Math.max(minLength, MIN_DERIVED_LENGTH);
  const forms = new Set<string>();
  const add = (some: readonly string[]): void => {
    for (const form of some) forms.add(form);
  };
  const isLong = value.length > LONGEST_AT_ONCE;
  for (const text of [value, ...leaves]) {
    add(spellings(text).flatMap((each) => linesOf(each, minLength)));
    if (isLong) yield;
  }
  for (const text of [value, ...leaves.slice(0, MAX_LEAVES_DERIVED)]) {
    for (const each of text.length > LONGEST_LOOKED_INTO ? [text] : spellings(text)) {
      add(partsByRunner(each).flatMap((part) => linesOf(part, Math.max(minLength, MIN_PART_LENGTH))));
      const known = new Set<string>();
      for (const form of derivedForms(each, least, by)) {
        if (!known.has(form)) add(linesOf(form, least));
        known.add(form);
        if (isLong) yield;
      }
    }
  }
  // A platform that hides each line of a mask also hides the forms of each line.
  const lines = linesOf(value, minLength).slice(0, MAX_LEAVES_DERIVED);
  if (lines.length > 1 || lines[0] !== value) {
    for (const line of lines) {
      add(runnerForms(line).filter(isLongEnough));
      if (isLong) yield;
    }
  }
  const { hidesBesides } = by;
  return sorted(hidesBesides === undefined ? forms : yield* withoutThose(forms, hidesBesides, isLong));
}

/** Whether a value is JSON with leaves that are masked without their encodings. */
export function hasPlainLeaves(value: string): boolean {
  return longLeaves(value).length > MAX_LEAVES_DERIVED;
}

/** Forms of a user name and password together, as in HTTP Basic. The plain password is already masked. */
export function pairForms(user: string, password: string): string[] {
  if (password === '') return [];
  const forms = spellings(`${user}:${password}`).flatMap((pair) => {
    const bytes = Buffer.from(pair);
    // A password of HTTP Basic has no line end; a private key would be many lines more.
    const others = /[\r\n]/.test(password) ? [] : base64InOtherLines(bytes, MIN_DERIVED_LENGTH);
    return [...base64Forms(bytes, MIN_DERIVED_LENGTH), ...others];
  });
  return sorted(new Set(forms.filter(isLongEnough)));
}

function sorted(forms: ReadonlySet<string>): string[] {
  return [...forms].sort((a, b) => b.length - a.length);
}

function isLongEnough(form: string): boolean {
  return form.length >= MIN_DERIVED_LENGTH;
}

/** The shortest first, since a derived form is mostly longer. */
function* withoutThose(
  forms: ReadonlySet<string>,
  besides: HiddenBesides,
  isLong: boolean,
): Generator<void, Set<string>> {
  const known = new Set<string>();
  const kept = new Set<string>();
  for (const form of sorted(forms).reverse()) {
    if (known.has(form)) continue;
    kept.add(form);
    if (form.length <= LONGEST_LOOKED_INTO) for (const each of besides(form)) known.add(each);
    if (isLong) yield;
  }
  return kept;
}

/** A text in both Unicode normalization forms, because a program may turn one into the other. */
function spellings(text: string): string[] {
  return [...new Set([text, text.normalize('NFC'), text.normalize('NFD')])];
}

/** The lines of a text that have at least `minLength` characters without the space around them. */
function linesOf(text: string, minLength: number): string[] {
  const lines = /[\r\n]/.test(text) ? text.split(/[\r\n]+/) : [text];
  return lines.map((line) => line.trim()).filter((line) => line !== '' && line.length >= minLength);
}

function* derivedForms(value: string, minLength: number, { hidesManyAlike }: Hiding): Generator<string> {
  const bytes = Buffer.from(value);
  const hex = bytes.toString('hex');
  yield* base64Forms(bytes, minLength);
  yield* base64InOtherLines(bytes, minLength);
  yield* base64Forms(Buffer.from(value, 'utf16le'), minLength);
  yield* alignedBase64(bytes);
  yield* runnerForms(value);
  yield hex;
  yield hex.toUpperCase();
  yield* wrap(hex, HEX_LINE_LENGTH);
  yield* percentForms(value);
  yield* jsonForms(value);
  yield* entityForms(value);
  yield* doubledForms(value);
  yield* escapedForms(value);
  yield* shellForms(value);
  yield* backslashForms(value);
  if (hidesManyAlike === true) yield* choosyForms(value);
  // Of a longer value they would be many bytes. A value of several lines mostly shows in them line by line.
  if (value.length > LONGEST_AT_ONCE) return;
  yield* htmlSafeJson(value);
  yield* referenceForms(value);
  yield* yamlForms(value);
  yield* quotedPrintable(value);
}

/** The different text and number leaves of a value that is a JSON object or list, of 8 characters or more. */
function longLeaves(value: string): string[] {
  // A number is masked as it is written.
  const tokens = [...new Set(jsonLeaves(value))];
  return tokens
    .map((token): string => (token.startsWith('"') ? JSON.parse(token) : token))
    .filter((leaf) => isLongEnough(leaf) && leaf.trim() !== '');
}
