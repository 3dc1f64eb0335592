import { SeguraError } from '../errors.js';
import { CONTROL, printable } from '../printable.js';
import { say, type Text } from '../text.js';
import {
  type Device,
  type DeviceField,
  MORE_OF_DEVICE,
  REQUIRED_OF_DEVICE,
} from '../vault/items/device-list.js';
import type { DeviceForm } from '../vault/write/device-form.js';
import type { ChangeOutcome } from '../vault/write/send-change.js';
import { commandFor, optionArgument } from './argument.js';

/** What a device is to become. What is not there stays as it is. */
export type DeviceWish = Readonly<Partial<Record<DeviceField, string>>>;

export interface DevicePlan {
  readonly kind: 'create' | 'update' | 'nothing';
  readonly before: Device | undefined;
  readonly form: DeviceForm;
  readonly changes: readonly DeviceField[];
}

/** The device as it is read after a change; `unread` with the reason where that failed. */
export type SeenDevice = { readonly device: Device | undefined } | { readonly unread: SeguraError };

export type DeviceJudgement =
  | { readonly kind: 'done'; readonly warning: Text | undefined }
  | { readonly kind: 'pending' }
  | { readonly kind: 'failed' | 'unknown'; readonly problem: SeguraError };

/** The options whose names are not those of the fields. */
const OPTION_OF: Partial<Record<DeviceField, string>> = { device_domain: 'domain', device_tags: 'tags' };

const ALL: readonly DeviceField[] = [...REQUIRED_OF_DEVICE, ...MORE_OF_DEVICE];

/**
 * What is to be sent. The vault wants the required fields each time, so those that are not given are sent as they were read,
 * and so is the rest, since no document says whether a field that is left out is kept.
 *
 * Errors: INPUT_MISSING with the options that a new device needs.
 */
export function planDevice(hostname: string, before: Device | undefined, wish: DeviceWish): DevicePlan {
  if (before === undefined) checkNewName('device', hostname);
  const wanted = { ...wish, hostname: before?.hostname ?? hostname };
  const pairs = ALL.flatMap((key): [DeviceField, string][] => {
    const value = wanted[key] ?? before?.fields[key];
    return value === undefined || (value === '' && wanted[key] === undefined) ? [] : [[key, value]];
  });
  const form: DeviceForm = { ...Object.fromEntries(pairs), hostname: wanted.hostname };
  const missing = REQUIRED_OF_DEVICE.filter((key) => (form[key] ?? '') === '');
  if (missing.length > 0)
    throw new SeguraError(
      'INPUT_MISSING',
      `The vault has no device ${printable(hostname)} with all that a request needs: ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing.`,
      `Write ${commandFor('device put', hostname, optionsFor(wish, missing))}`,
    );
  const changes = pairs.flatMap(([key, value]) => ((before?.fields[key] ?? '') === value ? [] : [key]));
  const kind = before === undefined ? 'create' : changes.length === 0 ? 'nothing' : 'update';
  return { kind, before, form, changes };
}

/** All that is given already, and what is missing as words to replace: the line is a whole command. */
function optionsFor(wish: DeviceWish, missing: readonly DeviceField[]): string {
  const given = ALL.flatMap((key) => {
    const value = wish[key] ?? '';
    return value === '' ? [] : [optionArgument(OPTION_OF[key] ?? key, value)];
  });
  return [...given, ...missing.map((key) => `--${key} ${key === 'ip' ? 'ADDRESS' : 'TEXT'}`)].join(' ');
}

/** What became of a plan: reading a device takes no custody, so every field is compared. */
export function judgeDevice(plan: DevicePlan, sent: ChangeOutcome, seen: SeenDevice): DeviceJudgement {
  if (sent.kind === 'rejected') return { kind: 'failed', problem: sent.problem };
  const name = printable(plan.form.hostname);
  if ('unread' in seen)
    return unknown(
      plan,
      say`Whether the device ${name} was changed is not known: reading it failed (${seen.unread.code}).`,
    );
  const { device } = seen;
  const others =
    device === undefined ? [] : plan.changes.filter((key) => !isSame(device.fields[key], plan.form[key]));
  if (device !== undefined && others.length === 0) {
    const warning =
      sent.kind === 'accepted'
        ? undefined
        : say`${sent.problem.messageText} All the same, reading it shows that the device ${name} was changed.`;
    return { kind: 'done', warning };
  }
  if (sent.kind === 'uncertain' && (device === undefined || others.length === plan.changes.length))
    return { kind: 'pending' };
  return unknown(
    plan,
    device === undefined
      ? `The vault does not have the device ${name} after the change.`
      : `After the change, the vault has other values for the device ${name}: ${others.join(', ')}.`,
  );
}

/** A reply that lacks a field says nothing of it; the vault writes lists with and without a space after a comma. */
function isSame(seen: string | undefined, wanted: string | undefined): boolean {
  const plainText = (text = ''): string => text.replaceAll(/\s*,\s*/g, ',');
  return seen === undefined || plainText(seen) === plainText(wanted);
}

function unknown({ form }: DevicePlan, message: Text): DeviceJudgement {
  const remedy = `Look at it: ${commandFor('device show', form.hostname)}`;
  return { kind: 'unknown', problem: new SeguraError('CHANGE_UNCERTAIN', message, remedy) };
}

/**
 * Rejects a name of something new with a control character: no host, account or address has one, and whoever reads the name
 * in a list or a log would copy another one. Errors: INPUT_INVALID.
 */
export function checkNewName(what: 'device' | 'credential', text: string): void {
  if (!CONTROL.test(text)) return;
  throw new SeguraError(
    'INPUT_INVALID',
    `The name of a new ${what} has a control character: ${printable(text)} shows it as "?".`,
    'Type the name anew: one that was copied can have characters that nothing shows.',
  );
}
