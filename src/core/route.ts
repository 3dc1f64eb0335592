/** How the vault is reached, as host and port of each end: `vault.example.com:443`. No user, no password, no path. */
export interface Route {
  readonly vault: string;
  readonly proxy: string | undefined;
}

/** The end of a route, and through which proxy; `fallback` where no route is known. */
export function routeText(route: Route | undefined, fallback: string): string {
  if (route === undefined) return fallback;
  return route.proxy === undefined ? route.vault : `${route.vault} through the proxy ${route.proxy}`;
}

export function proxyText(route: Route | undefined): string {
  return route?.proxy === undefined ? 'the proxy' : `the proxy ${route.proxy}`;
}

export function vaultText(route: Route | undefined): string {
  return route?.vault ?? 'the vault';
}
