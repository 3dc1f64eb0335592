/** Where DSM secrets can be listed. Source: protocol.md section 5. */
export const DSM_ENDPOINTS = ['auto', 'sctm', 'dapp', 'api'] as const;

export type DsmEndpoint = (typeof DSM_ENDPOINTS)[number];

/** Where PAM credentials can be read. Source: protocol.md section 7. */
export const PAM_ENDPOINTS = ['auto', 'api', 'iso', 'coe'] as const;

export type PamEndpoint = (typeof PAM_ENDPOINTS)[number];
