type Environment = Readonly<Record<string, string | undefined>>;

/** The part of node:tls that exists since Node 22.15. */
interface SystemTls {
  getCACertificates?(type: 'system'): string[];
}

/** True where Node itself would trust what the system trusts. Source: nodejs.org, "CLI options", --use-system-ca. */
export function wantsSystemCertificates(environment: Environment, flags: readonly string[]): boolean {
  const options = (environment['NODE_OPTIONS'] ?? '').split(/\s+/);
  return environment['NODE_USE_SYSTEM_CA'] === '1' || [...options, ...flags].includes('--use-system-ca');
}

/** The certificates of the system's store, as PEM; undefined where this Node cannot read it. */
export function systemCertificates(): string | undefined {
  // Not imported: TLS is loaded here only on request.
  const tls: SystemTls = process.getBuiltinModule('node:tls');
  return tls.getCACertificates?.('system').join('\n');
}
