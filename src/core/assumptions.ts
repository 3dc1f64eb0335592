/**
 * What no source settles, in one place. Each is named as an assumption in docs/ARCHITECTURE.md.
 */

/**
 * How a vault tells that another client holds a credential: no document shows that reply. Assumed: an error whose
 * message speaks of custody, in English or Portuguese, and whose code is not 1018.
 */
export const CUSTODY_HELD_MESSAGE = /custod[iy]|custódia/i;

/**
 * Whether reading an SSH key takes custody: documents say so only of the console. Assumed: it may, so a key is released like
 * a credential. These codes then say that there was none: no such credential or key, or it is not of that kind.
 */
export const NO_CUSTODY_CODES: readonly number[] = [1007, 1010, 1015, 1016];

/**
 * Where automatic change is configured, by which a release may change the password: no example of one credential has a
 * field for it. Assumed: the reply may have the field of the list.
 */
export const AUTOMATIC_CHANGE_FIELD = 'automatic_change';

/** The values of that field that say so. The list of 3.33 has booleans; up to 3.32 only "0" is shown. Assumed: "1" or 1 then. */
export const AUTOMATIC_CHANGE_ON: readonly unknown[] = [true, '1', 1];

/** Seconds a token is taken to live when the reply does not say: the default that the documents name. */
export const TOKEN_LIFETIME_WHEN_UNSAID_SECONDS = 3_600;

/**
 * How long after a broken connection a vault may still carry a read out, as the waits before custody is asked for
 * again: no document says; two more looks within 7 s cover a slow worker behind a gateway.
 */
export const LATE_READ_WAITS_MS = [2_000, 5_000] as const;

/**
 * How an identity token is presented at the token endpoint, each in the form that its source describes: no document of
 * the vault says which of these it takes, or where. The forms are in vault/auth/exchanges.ts.
 */
export const IDENTITY_EXCHANGES = {
  'client-assertion': 'RFC 7523 section 2.2',
  'jwt-bearer': 'RFC 7523 section 2.1',
  'token-exchange': 'RFC 8693 section 2.1',
} as const;

/** Byte lengths of RSA ciphertexts: a value that is base64 of just so many bytes is probably encrypted (no flag says so). */
export const RSA_CIPHERTEXT_BYTES = [128, 256, 384, 512] as const;

/**
 * One RSA block holds 214 bytes with a key of 2,048 bits, and no document says how a longer value is encrypted. Assumed:
 * as blocks one after another in one base64 text. The limit bounds the work; so many hold more than any variable can.
 */
export const MAX_RSA_BLOCKS = 1_024;

/** No document says how the version of a DSM secret counts. Assumed: a write adds so much, and a new secret has this one. */
export const VERSION_STEP = 1;

/**
 * A dynamic secret is requested for a pod, a deploy and a namespace, and ended by these and the number of the secret, which
 * lists show: so the documents say, but not what distinguishes two requests. Assumed: what one request made is ended by its
 * own names, whoever asks, as long as the login is the same. Names that no other run has are then enough to end a lease
 * whose reply never came. Codes of rejections are in no document either; these are those of other "not found" replies.
 */
export const LEASE_GONE_CODES: readonly number[] = [1005, 1007];
export const PROVISION_UNKNOWN_CODES: readonly number[] = [1005, 1007];
/** Of a secret that has fixed values. The code means elsewhere that there is no access. */
export const PROVISION_NO_PROFILE_CODE = 1006;

/**
 * The rejections of a request to provision that come before anything is made: there is no such secret, no profile, no access
 * or no permission. Any other may come midway, from a vault that made the user and failed then, so the lease is ended.
 */
export const NOTHING_PROVISIONED_CODES: readonly number[] = [1005, 1006, 1007, 1009, 1039];

/**
 * A page shows the one-time password of a MySafe password as a number, which has no zeros at its start. Assumed: it has the
 * six digits that are usual (RFC 6238).
 */
export const MYSAFE_TOTP_DIGITS = 6;
