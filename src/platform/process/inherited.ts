import { fstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Of a pipe of Node's own the system may tell a time this much before Node's start: its clock for files is coarse. */
const COARSE_MS = 10;
const CLOSED_ON_EXEC = 0o2000000;

interface Descriptor {
  readonly number: number;
  /** What the system says it is, such as `pipe:[4711]` or a path. */
  readonly target: string;
}

/**
 * The descriptors above 2 that this process was started with, and that Node keeps from what it starts itself: it marks
 * the lowest of them at its start. `makeFlags` is what make says of its job server. To be asked before anything is opened.
 */
export function inheritedDescriptors(makeFlags = ''): readonly number[] {
  const named = jobServer(makeFlags);
  const open = openDescriptors();
  if (open === undefined) return otherwiseInherited(named);
  const own = ownDescriptors(open, named);
  return open.flatMap((each) => (own.includes(each) || !isMarked(each.number) ? [] : [each.number]));
}

/** The descriptors that Node opened at its start, as far as this can be known: no paths, but pipes with both ends and others. */
function ownDescriptors(open: readonly Descriptor[], named: readonly number[]): Descriptor[] {
  // Node takes the lowest free numbers, this kind first: what is below it was there before.
  const first =
    open.find(({ target }) => target.startsWith('anon_inode:'))?.number ?? Number.POSITIVE_INFINITY;
  return open.filter(({ number, target }) => {
    if (number < first || named.includes(number)) return false;
    if (target.startsWith('anon_inode:')) return true;
    const ends = open.filter((other) => other.target === target).length;
    return target.startsWith('pipe:') && ends === 2 && isYoung(number);
  });
}

/** Undefined where the system does not tell what they are. */
function openDescriptors(): Descriptor[] | undefined {
  try {
    return readdirSync('/proc/self/fd')
      .map(Number)
      .filter((number) => number > 2)
      .sort((a, b) => a - b)
      .flatMap((number) => {
        const target = tried(() => readlinkSync(`/proc/self/fd/${number}`));
        // The descriptor by which the list itself was read is gone.
        return target === undefined ? [] : [{ number, target }];
      });
  } catch {
    return undefined;
  }
}

/** Files and devices, which Node itself does not open, and the descriptors that make names. */
function otherwiseInherited(named: readonly number[]): number[] {
  const numbers = tried(() => readdirSync('/dev/fd').map(Number)) ?? [];
  return numbers.filter((number) => {
    const kind = tried(() => fstatSync(number));
    if (number <= 2 || kind === undefined) return false;
    return kind.isFile() || kind.isCharacterDevice() || named.includes(number);
  });
}

function isMarked(number: number): boolean {
  const text = tried(() => readFileSync(`/proc/self/fdinfo/${number}`, 'utf8')) ?? '';
  const [, flags = '0'] = /^flags:\s*(\d+)/m.exec(text) ?? [];
  return (Number.parseInt(flags, 8) & CLOSED_ON_EXEC) !== 0;
}

function tried<T>(operation: () => T): T | undefined {
  try {
    return operation();
  } catch {
    return undefined;
  }
}

function isYoung(number: number): boolean {
  return fstatSync(number).ctimeMs >= performance.timeOrigin - COARSE_MS;
}

/** Source: GNU make, "POSIX Jobserver Interaction". */
function jobServer(makeFlags: string): number[] {
  const [, reader, writer] = /--jobserver-(?:auth|fds)=(\d+),(\d+)/.exec(makeFlags) ?? [];
  return reader === undefined ? [] : [Number(reader), Number(writer)];
}
