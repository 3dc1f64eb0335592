import { problemsOf } from '../../../core/errors.js';
import { Secret } from '../../../core/secret.js';
import type { DsmSecret } from '../../../core/vault/dsm.js';
import type { Field, Fields } from '../../../core/vault/field.js';

/** A secret as `--output json` has it. */
export interface SecretJson {
  readonly identity: string;
  readonly name: string | null;
  readonly engine: string | null;
  readonly version: string | null;
  /** As the vault writes it, in its own time zone. */
  readonly expires: string | null;
  /** The names of its fields, each once. */
  readonly fields: readonly string[];
  /** Only with `--reveal`: its groups of fields, with null where there is no value that can be shown. */
  readonly values?: readonly Readonly<Record<string, string | null>>[];
}

export function jsonOf(secret: DsmSecret, isRevealed: boolean): SecretJson {
  const { identity, details, version, expires } = secret;
  return {
    identity,
    name: details?.name ?? null,
    engine: details?.engine ?? null,
    version: version ?? null,
    expires: expires ?? null,
    fields: labelsOf(secret),
    ...(isRevealed ? { values: mapsOf(secret).map(objectOf) } : {}),
  };
}

export function labelsOf(secret: DsmSecret): string[] {
  return [...new Set(mapsOf(secret).flatMap((map) => [...map.keys()]))];
}

/** Every field of every map with its value. */
export function linesOfMaps(secret: DsmSecret): [string, string][] {
  return mapsOf(secret).flatMap((map) =>
    [...map].map(([label, field]): [string, string] => [label, textOf(field) ?? '']),
  );
}

/** A secret that cannot be read has no fields here: it fails only what asks for it by name. */
function mapsOf(secret: DsmSecret): readonly Fields[] {
  try {
    return secret.maps;
  } catch (error) {
    problemsOf(error);
    return [];
  }
}

function objectOf(map: Fields): Record<string, string | null> {
  return Object.fromEntries([...map].map(([label, field]) => [label, textOf(field) ?? null]));
}

function textOf(field: Field): string | undefined {
  return field instanceof Secret ? field.reveal() : undefined;
}
