/** Before an entry of `noProxy` that covers one host, and none below it. No other program reads such an entry. */
export const EXACT = '=';

/** The entry of `noProxy` for exactly this host and port. */
export function exactly({ hostname, port }: Pick<URL, 'hostname' | 'port'>): string {
  return `${EXACT}${hostname}:${port || '443'}`;
}
