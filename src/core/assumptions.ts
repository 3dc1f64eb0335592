/**
 * What no source settles, in one place. Each is named as an assumption in docs/ARCHITECTURE.md.
 */

/**
 * How a vault tells that another client holds a credential: no document shows that reply. Assumed: an error whose
 * message speaks of custody, in English or Portuguese, and whose code is not 1018.
 */
export const CUSTODY_HELD_MESSAGE = /custod[iy]|custódia/i;

/** Seconds a token is taken to live when the reply does not say: the default that the documents name. */
export const TOKEN_LIFETIME_WHEN_UNSAID_SECONDS = 3_600;

/**
 * How long after a broken connection a vault may still carry a read out, as the waits before custody is asked for
 * again: no document says; two more looks within 7 s cover a slow worker behind a gateway.
 */
export const LATE_READ_WAITS_MS = [2_000, 5_000] as const;

/** Byte lengths of RSA ciphertexts: a value that is base64 of just so many bytes is probably encrypted (no flag says so). */
export const RSA_CIPHERTEXT_BYTES = [128, 256, 384, 512] as const;
