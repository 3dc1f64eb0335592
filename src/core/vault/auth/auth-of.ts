import type { AuthParts } from './auth-parts.js';
import type { AuthSettings } from './auth-settings.js';
import type { ClientAuth } from './client-auth.js';
import { clientSecretAuth } from './client-secret.js';

/** The login that settings mean. All but the client secret are loaded when they are used. */
export async function authOf(settings: AuthSettings, parts: AuthParts): Promise<ClientAuth> {
  if (settings.method === 'client-secret')
    return clientSecretAuth(settings.clientId, settings.clientSecret, settings.parameters);
  const { otherAuth } = await import(/* webpackMode: "eager" */ './other-auth.js');
  return otherAuth(settings, parts);
}
