import { type Binding, maskedPlaces } from '../bindings/bind.js';
import { checkNamesFound } from '../bindings/check-name-lists.js';
import { expiryWarning } from '../bindings/expiry.js';
import { throwIfAny } from '../errors.js';
import type { Masking } from '../masking/masker.js';
import type { Pace } from '../pace.js';
import type { Log } from '../ports.js';
import { printable } from '../printable.js';
import type { FoundField } from '../requests/found-field.js';
import { showPlace } from '../requests/name-list.js';
import type { SecretRequest } from '../requests/request.js';
import { option, plain, say, type Text } from '../text.js';
import type { Inputs } from './inputs.js';

type Choices = Pick<Inputs, 'exportEnv' | 'masking'>;

export interface Arrived {
  readonly request: SecretRequest;
  readonly found: FoundField;
}

/** Runs before any credential is read, so before any state is saved. Problems are reported when everything is mapped. */
export async function maskSecrets(
  choices: Choices & Pick<Inputs, 'requests'>,
  findIn: (request: SecretRequest) => readonly FoundField[],
  masking: Masking,
  pace: Pace,
): Promise<void> {
  const arrived: Arrived[] = [];
  for (const request of choices.requests) {
    if (request.source.kind !== 'dsm' || request.source.isDynamic) continue;
    await pace.turn();
    for (const found of findIn(request)) arrived.push({ request, found });
  }
  await maskArrived(choices, arrived, masking, pace);
  throwProblem(masking);
}

/**
 * Masks each value if any of its destinations is to be masked. All are counted first: if they are too much, nothing is
 * masked, and `masking.problem` says so.
 */
export async function maskArrived(
  choices: Choices,
  arrived: readonly Arrived[],
  masking: Masking,
  pace: Pace,
): Promise<void> {
  const hidden = arrived.flatMap(({ request, found }) => {
    const names = maskedPlaces(choices, request, found).map((place) => printable(showPlace(place)));
    return names.length === 0 ? [] : [{ found, names }];
  });
  for (const { found, names } of hidden) {
    masking.weigh(found, names);
    await pace.turn();
  }
  if (masking.problem !== undefined) return;
  for (const { found, names } of hidden) {
    await pace.through(masking.maskFieldInSteps(found, names));
    await pace.turn();
  }
}

/** The number of characters that are masked at once while credentials are read. Each value adds a fixed number. */
const MAX_AT_ONCE = 65_536;
const MIN_OF_ONE = 128;

/**
 * Masks the fields of credentials as they arrive, before anything else uses them, as long as that takes little time: the
 * next reply must not wait. The rest stays in `arrived`, for maskArrived when all credentials are read.
 */
export class EarlyMasking {
  readonly arrived: Arrived[] = [];
  readonly #choices: Choices;
  readonly #masking: Masking;
  #left = MAX_AT_ONCE;

  constructor(choices: Choices, masking: Masking) {
    this.#choices = choices;
    this.#masking = masking;
  }

  add(each: Arrived): void {
    const { request, found } = each;
    this.#left -= Math.max(MIN_OF_ONE, found.value.reveal().length);
    if (this.#left < 0) {
      this.arrived.push(each);
      return;
    }
    const names = maskedPlaces(this.#choices, request, found).map((place) => printable(showPlace(place)));
    if (names.length > 0) this.#masking.maskField(found, names);
  }
}

/** Errors: VALUE_TOO_LARGE. */
function throwProblem({ problem }: Masking): void {
  if (problem !== undefined) throw problem;
}

/**
 * The bindings as they will be written. Decides which of them stay readable, and warns on every run of these, of expired
 * secrets, and of names that were found in another form of Unicode.
 *
 * Errors (together, as Problems): INPUT_INVALID for a name in `unmasked` or `opaque` that no request gives, or that must be masked.
 */
export async function settle(
  choices: Choices,
  bindings: readonly Binding[],
  parts: { masking: Masking; pace: Pace; log: Pick<Log, 'warning'>; nowMs: number },
): Promise<Binding[]> {
  const { masking, pace, log, nowMs } = parts;
  const places = bindings.map(({ target, found }) => ({ place: target, found }));
  throwIfAny(checkNamesFound(choices.masking, places));
  const told = new Set<string>();
  const warnOnce = (message: Text | undefined): void => {
    if (message === undefined || told.has(plain(message))) return;
    told.add(plain(message));
    log.warning(message);
  };
  const settled: Binding[] = [];
  for (const binding of bindings) {
    await pace.turn();
    const { found, target: place } = binding;
    const name = printable(showPlace(place));
    warnOnce(expiryWarning(found, nowMs));
    if (found.twin !== undefined) warnOnce(twinWarning(found));
    const isNamed = choices.masking.unmasked.has(place);
    const isMasked = !isNamed || masking.hides(found.value.reveal());
    if (!isNamed && !masking.hides(found.value.reveal()))
      await pace.through(masking.maskFieldInSteps(found, [name]));
    if (isNamed) {
      warnOnce(readableWarning(name, isMasked));
    }
    settled.push(isMasked ? binding : { ...binding, unmasked: true });
  }
  throwProblem(masking);
  return settled;
}

/** The warning on every run about a name in `unmasked`. */
export function readableWarning(name: string, isMasked: boolean): Text {
  return isMasked
    ? say`${name} is named in ${option.unmasked}, but the same value is masked for another name or as a credential of this run: it stays masked.`
    : say`${name} is named in ${option.unmasked}: its value is readable in every log that it reaches.`;
}

function twinWarning({ source, twin }: FoundField): string {
  return `${source} was found, though the request writes the ${twin} in another form of Unicode: copy it from the vault.`;
}
