import { readFileSync } from 'node:fs';
import * as tl from 'azure-pipelines-task-lib/task.js';
import { codeOf, SeguraError } from '../../core/errors.js';
import type { RawInputs } from '../../core/input-names.js';
import { printable } from '../../core/printable.js';
import { exactly } from '../../core/vault/connection/exact-host.js';
import { isLoopback } from '../../core/vault/connection/url.js';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The environment with the agent's proxy in place of the machine's, where the agent has one and the inputs name none.
 *
 * As for the agent itself, a host on loopback or in its bypass list is reached without any proxy: the vault, or another
 * host at which the job logs in.
 * Source: microsoft/azure-pipelines-agent, AgentWebProxy.cs. Errors: INPUT_INVALID for an address that is no proxy's.
 */
export function withAgentProxy(
  environment: Environment,
  { url, proxy, 'token-endpoint': tokenEndpoint = '' }: Reached,
  warn: (message: string) => void,
): Environment {
  const agentProxy = tl.getVariable('Agent.ProxyUrl')?.trim() ?? '';
  // Problems of the vault's address are reported where it is read.
  if (proxy !== '' || agentProxy === '' || !URL.canParse(url)) return environment;
  const hosts = [url, tokenEndpoint].filter((each) => URL.canParse(each)).map((each) => new URL(each));
  const bypassed = bypassedOf(hosts, warn);
  const address = bypassed.length === hosts.length ? '' : addressOf(agentProxy);
  // The list says nothing of the same name with another port, nor of a name below it.
  const direct = bypassed.map(exactly).join(',');
  return { ...environment, https_proxy: address, HTTPS_PROXY: address, no_proxy: direct, NO_PROXY: direct };
}

interface Reached extends Pick<RawInputs, 'url' | 'proxy'>, Partial<Pick<RawInputs, 'token-endpoint'>> {}

/**
 * The same for the service that issues identity tokens, which is on another host than the vault, most often outside. An
 * address that is no proxy's is told where the vault's is read.
 */
export function withServiceProxy(environment: Environment): Environment {
  try {
    const url = environment['SYSTEM_OIDCREQUESTURI'] ?? '';
    return withAgentProxy(environment, { url, proxy: '' }, () => undefined);
  } catch {
    return environment;
  }
}

/** The list holds regular expressions for scheme://host[:port], the port left out where it is that of the scheme. */
function bypassedOf(hosts: readonly URL[], warn: (message: string) => void): URL[] {
  const patterns = hosts.every(({ hostname }) => isLoopback(hostname)) ? [] : bypassList(warn);
  return hosts.filter(
    ({ hostname, origin }) => isLoopback(hostname) || patterns.some((pattern) => pattern.test(origin)),
  );
}

function bypassList(warn: (message: string) => void): RegExp[] {
  return bypassEntries(warn).flatMap((entry) => {
    const text = typeof entry === 'string' ? entry.trim() : '';
    if (text === '') return [];
    try {
      return [new RegExp(text, 'i')];
    } catch {
      warn(tl.loc('BypassEntryInvalid', printable(text)));
      return [];
    }
  });
}

function bypassEntries(warn: (message: string) => void): readonly unknown[] {
  try {
    const list: unknown = JSON.parse(tl.getVariable('Agent.ProxyBypassList') || '[]');
    if (Array.isArray(list)) return list;
  } catch {
    // The same as what is JSON, and no list.
  }
  warn(tl.loc('BypassListUnreadable'));
  return [];
}

/**
 * The proxy with its user and password, special characters as %XX: those that the agent was configured with, else those
 * of the address. Errors: INPUT_INVALID, without the text, which may hold a password.
 */
function addressOf(text: string): string {
  try {
    const { protocol, host, username, password } = new URL(text);
    const user = tl.getVariable('Agent.ProxyUsername') ?? '';
    const secret = tl.getVariable('Agent.ProxyPassword') ?? '';
    const isAgents = user !== '' || secret !== '';
    const pair = isAgents ? [encodeURIComponent(user), encodeURIComponent(secret)] : [username, password];
    decodeURIComponent(pair.join(''));
    if (/^https?:$/.test(protocol))
      return `${protocol}//${pair.join('') === '' ? '' : `${pair.join(':')}@`}${host}`;
  } catch {
    // Neither is what cannot be read the address of a proxy.
  }
  throw new SeguraError('INPUT_INVALID', tl.loc('AgentProxyInvalid'), tl.loc('AgentProxyRemedy'));
}

/** The inputs with the CA certificates of the agent where they name none. */
export function withAgentCa(raw: RawInputs, warn: (message: string) => void): RawInputs {
  const path = raw['ca-certificate'] === '' ? tl.getHttpCertConfiguration()?.caFile : undefined;
  if (!path) return raw;
  try {
    return { ...raw, 'ca-certificate': readFileSync(path, 'utf8') };
  } catch (error) {
    warn(tl.loc('AgentCaUnreadable', printable(path), codeOf(error)));
    return raw;
  }
}
