import type { SeguraError } from '../errors.js';
import type { Hiding, Platform } from '../ports.js';
import type { FoundField } from '../requests/found-field.js';
import type { Secret } from '../secret.js';
import { option, plain, say, settings, type Text, word } from '../text.js';
import { whyMasked } from './always-masked.js';
import { MaskBudget } from './budget.js';
import { formsInSteps, hasPlainLeaves, MAX_LEAVES_DERIVED, maskForms, pairForms } from './encodings.js';
import { isMetadata } from './metadata.js';
import { ordinaryKind } from './ordinary-words.js';

/** The password of a proxy may be shorter, and masking it would hide half of every log. */
const MIN_OWN_LENGTH = 4;

/** Passing on a longer form takes as long as making it. */
const LONG_FORM = 4_096;
/** The most texts that are handed to the platform together: they wait in memory. */
const MAX_TOGETHER = 500;
/** No server accepts a header of HTTP Basic with a longer user name. */
const MAX_USER_LENGTH = 16 * 1024;

/** Masks values on a platform, each form once, and warns of those that it leaves readable. */
export class Masking {
  readonly #platform: Pick<Platform, 'mask' | 'warning' | keyof Hiding>;
  readonly #minLength: number;
  readonly #maskMetadata: boolean;
  readonly #masked = new Set<string>();
  readonly #told = new Set<string>();
  readonly #done = new Set<string>();
  readonly #weighed = new Set<string>();
  readonly #values = new Set<string>();
  readonly #ordinary = new Map<string, string | undefined>();
  readonly #budget = new MaskBudget();

  constructor(
    platform: Pick<Platform, 'mask' | 'warning' | keyof Hiding>,
    minLength: number,
    maskMetadata: boolean,
  ) {
    this.#platform = platform;
    this.#minLength = minLength;
    this.#maskMetadata = maskMetadata;
  }

  /** Why not everything was masked. The caller throws it before anything is written. VALUE_TOO_LARGE. */
  get problem(): SeguraError | undefined {
    return this.#budget.problem;
  }

  /** True for a value that is masked, wherever it was found. */
  hides(value: string): boolean {
    return this.#values.has(value);
  }

  /** True for a text that contains a masked form. */
  isSecretIn(text: string): boolean {
    for (const form of this.#masked) if (text.includes(form)) return true;
    return false;
  }

  /** Masks a credential of the run itself: client secret, token, signature, proxy password. */
  maskCredential(secret: Secret, user?: string): void {
    const value = secret.reveal();
    if (value !== '' && value.length < MIN_OWN_LENGTH) {
      this.#tell('A secret of the login or of the proxy is shorter than 4 characters and is not masked.');
    }
    this.#values.add(value);
    this.#mask(maskForms(value, MIN_OWN_LENGTH, this.#platform));
    if (user !== undefined) this.#mask(pairForms(user, value));
  }

  /** Counts what masking a value would cost, before any value is masked. If it is too much, `problem` says so. */
  weigh(maskField: FoundField, names: readonly string[] = []): boolean {
    if (this.#isLeft(maskField)) return true;
    const key = keyOf(maskField);
    if (this.#weighed.has(key)) return this.problem === undefined;
    this.#weighed.add(key);
    return this.#budget.admits(maskField, () => wayOut(maskField, names));
  }

  /** Masks a value, and warns if that hides too little or too much. `names`: its destinations. */
  maskField(maskField: FoundField, names: readonly string[] = []): void {
    for (const _ of this.maskFieldInSteps(maskField, names));
  }

  /** The same, with pauses for other work: the forms of a long value take seconds. */
  *maskFieldInSteps(maskField: FoundField, names: readonly string[] = []): Generator<void, void> {
    if (this.#isLeft(maskField) || !this.weigh(maskField, names)) return;
    const value = maskField.value.reveal();
    const key = keyOf(maskField);
    if (this.#done.has(key)) {
      this.#warnOfOrdinary(maskField, names);
      return;
    }
    if (value.trim().length < this.#minLength) {
      if (value !== '')
        this.#warn(
          maskField,
          say`is shorter than ${this.#minLength} characters and ${word('is not masked: it can show in logs')}. Use a longer secret, or lower ${option.minMaskLength}.`,
        );
      return;
    }
    const forms = yield* formsInSteps(value, this.#minLength, this.#platform);
    const { user } = maskField;
    const pairs = user === undefined || user.length > MAX_USER_LENGTH ? [] : pairForms(user, value);
    if (forms.length === 0) {
      this.#warn(
        maskField,
        say`has only white space or lines too short to mask, and ${word('is not masked: it can show in logs')}.`,
      );
    }
    if (!this.#budget.takes([...forms, ...pairs], maskField, () => wayOut(maskField, names))) return;
    // Only now: work that was stopped in between has masked nothing yet.
    this.#done.add(key);
    if (forms.length > 0) this.#values.add(value);
    for (const form of [...forms, ...pairs].filter(({ length }) => length > LONG_FORM)) {
      this.#mask([form]);
      yield;
    }
    this.#mask([...forms, ...pairs]);
    if (hasPlainLeaves(value)) {
      this.#warn(
        maskField,
        `is JSON with more than ${MAX_LEAVES_DERIVED} texts of 8 characters or more. The texts after these ${MAX_LEAVES_DERIVED} are masked only as they are: encodings of them can show in logs. Split the JSON into several secrets.`,
      );
    }
    this.#ordinary.set(key, ordinaryIn(value, forms));
    this.#warnOfOrdinary(maskField, names);
  }

  #isLeft({ field }: FoundField): boolean {
    return isMetadata(field) && !this.#maskMetadata;
  }

  #warnOfOrdinary(maskField: FoundField, names: readonly string[]): void {
    const what = this.#ordinary.get(keyOf(maskField));
    if (what === undefined) return;
    const goesTo = names.length === 0 ? '' : `for ${names.join(', ')} `;
    const instead =
      whyMasked(maskField) === undefined
        ? say`If it is not a secret, add it to ${option.unmasked}: ${names.length === 0 ? 'NAME' : names.join(',')}`
        : 'Use a longer one.';
    this.#warn(
      maskField,
      say`${goesTo}${what}: the log hides that everywhere, even inside longer words. ${instead}`,
    );
  }

  #mask(forms: readonly string[]): void {
    const fresh = [...new Set(forms)].filter((form) => !this.#masked.has(form));
    for (let at = 0; at < fresh.length; at += MAX_TOGETHER) {
      const some = fresh.slice(at, at + MAX_TOGETHER);
      const mask = (): void => {
        for (const form of some) {
          this.#masked.add(form);
          this.#platform.mask(form);
        }
      };
      if (this.#platform.together === undefined) mask();
      else this.#platform.together(mask);
    }
  }

  #warn(maskField: FoundField, what: Text): void {
    this.#tell(say`The value of ${maskField.source} ${what}`);
  }

  #tell(message: Text): void {
    if (this.#told.has(plain(message))) return;
    this.#told.add(plain(message));
    this.#platform.warning(message);
  }
}

function keyOf({ value, user }: FoundField): string {
  return JSON.stringify([value.reveal(), user]);
}

/** Why a masked value is common in logs: the value itself is, or a line or JSON text in it, which has its own mask. */
function ordinaryIn(value: string, forms: readonly string[]): string | undefined {
  const whole = forms.length === 0 ? undefined : ordinaryKind(value);
  if (whole !== undefined) return `is ${whole}`;
  const part = forms.map(ordinaryKind).find((kind) => kind !== undefined);
  return part === undefined ? undefined : `has a line or a JSON text that is ${part}`;
}

/** The remedy for a value that is too much to mask. */
function wayOut(maskField: FoundField, names: readonly string[]): Text {
  const fewer = word('Ask for less in one step.');
  if (names.length === 0 || whyMasked(maskField) !== undefined) return fewer;
  const unmasked = { key: 'unmasked', value: names.join(','), isBare: true } as const;
  return say`${fewer} For a value that is not a secret, write ${settings('inside', unmasked)}`;
}
