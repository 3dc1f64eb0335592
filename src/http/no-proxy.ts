import { unicodePattern } from '../core/printable.js';
import { EXACT } from '../core/vault/connection/exact-host.js';

// Not imported: most runs have no proxy, and it is slow to load.
const net = (): typeof import('node:net') => process.getBuiltinModule('node:net');

/** A host name in NO_PROXY. */
const HOST = unicodePattern(
  /^(\*?\.)?[\w-]+(\.[\w-]+)*$/,
  '^(\\*?\\.)?[\\p{L}\\p{N}_-]+(\\.[\\p{L}\\p{N}_-]+)*$',
);

/** A host, as an entry of NO_PROXY and as the address that it is compared with. */
interface Host {
  /** In lower case, without brackets and without a dot at the end. */
  readonly name: string;
  readonly port: number;
  /** 4, 6, or 0 for a name. */
  readonly family: number;
}

/**
 * True when `noProxy` says that `url` is reached without a proxy.
 *
 * An entry matches if it does in curl or in Go: a name matches itself and everything below it, with or without a dot or
 * `*.` before it. Other entries are an address, a network such as 10.0.0.0/8, and `*` for everything. An entry with a port
 * matches only that port. Commas or white space separate entries. With `=` before it, a name matches only
 * itself: see exact-host.ts. Source: curl 8, lib/noproxy.c; Go, golang.org/x/net/http/httpproxy.
 */
export function passesBy(noProxy: string, url: URL): boolean {
  const entries = entriesOf(noProxy);
  if (entries.length === 0) return false;
  const host = hostOf(url);
  return entries.some((entry) => covers(entry, host));
}

/** The entries that no program reads as they look: 10.0.*, a URL, an invalid network. */
export function doubtfulEntries(noProxy: string): string[] {
  return entriesOf(noProxy).filter((entry) => {
    const [, body = '', network] = /^([^/]*)(?:\/(.*))?$/s.exec(entry) ?? [];
    if (entry === '*') return false;
    if (network !== undefined) return networkOf(entry) === undefined;
    const { name, family } = split(withoutMark(body));
    if (family !== 0) return false;
    return !HOST(name).test(name) || /^[\d.]+$/.test(name);
  });
}

function entriesOf(noProxy: string): string[] {
  return noProxy.split(/[,\s]+/).filter((entry) => entry !== '');
}

function covers(entry: string, host: Host): boolean {
  if (entry === '*') return true;
  const network = networkOf(entry);
  if (network !== undefined) return isWithin(host, network);
  const { name, port, family } = split(withoutMark(entry));
  if (port !== undefined && port !== host.port) return false;
  if (family !== 0 || host.family !== 0) return sameAddress(name, family, host);
  if (entry.startsWith(EXACT)) return host.name === name;
  const suffix = name.replace(/^\*?\./, '');
  return suffix !== '' && (host.name === suffix || host.name.endsWith(`.${suffix}`));
}

function withoutMark(entry: string): string {
  return entry.startsWith(EXACT) ? entry.slice(EXACT.length) : entry;
}

/** A network of IPv6 contains no address of IPv4. An IPv4 network may contain an IPv6 address that maps one of IPv4. */
function isWithin({ name, family }: Host, network: Network): boolean {
  return family !== 0 && family >= network.family && network.list.check(name, familyName(family));
}

function sameAddress(name: string, family: number, host: Host): boolean {
  if (family === 0 || host.family === 0) return false;
  const list = new (net().BlockList)();
  list.addAddress(name, familyName(family));
  return list.check(host.name, familyName(host.family));
}

interface Network {
  readonly list: import('node:net').BlockList;
  readonly family: number;
}

function networkOf(entry: string): Network | undefined {
  const [, address = '', bits = ''] = /^\[?([^[\]/]+)\]?\/(\d{1,3})$/.exec(entry) ?? [];
  const family = net().isIP(address);
  if (family === 0 || Number(bits) > (family === 4 ? 32 : 128)) return undefined;
  const list = new (net().BlockList)();
  list.addSubnet(address, Number(bits), familyName(family));
  return { list, family };
}

/** An entry that is not a network: `name`, `name:port`, an address, `[address]:port`. */
function split(entry: string): { name: string; port: number | undefined; family: number } {
  const plain = net().isIP(entry);
  const [, inBrackets, outside, port] =
    plain === 0 ? (/^(?:\[([^\]]*)\]|([^:]*))(?::(\d{1,5}))?$/.exec(entry) ?? []) : [];
  const name = normal(inBrackets ?? outside ?? entry);
  return { name, port: port === undefined ? undefined : Number(port), family: net().isIP(name) };
}

function hostOf({ hostname, port, protocol }: URL): Host {
  const name = normal(hostname.replace(/^\[|\]$/g, ''));
  return { name, port: Number(port) || (protocol === 'http:' ? 80 : 443), family: net().isIP(name) };
}

/** As in the address of a URL: lower case, a non-ASCII name in its ASCII form, no dot at the end. */
function normal(name: string): string {
  const [, dots = '', rest = ''] = /^(\*?\.|)(.*)$/s.exec(name) ?? [];
  const isPlain = /^[\x20-\x7e]*$/.test(rest) || !URL.canParse(`http://${rest}`);
  const ascii = isPlain ? rest : new URL(`http://${rest}`).hostname;
  return (dots + ascii).toLowerCase().replace(/\.$/, '');
}

function familyName(family: number): 'ipv4' | 'ipv6' {
  return family === 6 ? 'ipv6' : 'ipv4';
}
