import type { Resource } from './data.js';

/**
 * What no source says. Every guess of this vault is here and nowhere else, each with the gap it fills;
 * a fact found later replaces the constant, not the code.
 */

/** A reply that refuses, where its status, code or text is a guess. */
export interface Refusal {
  status: number;
  code: number;
  message: string;
}

// --- the gateway -----------------------------------------------------------------------------------------------

/** Gap: the status of "no Route matched with those values". Kong's own is 404. */
export const NO_ROUTE_STATUS = 404;

/**
 * Gap: what a known path says to another method, an absent endpoint below a known prefix, and a server that lacks
 * sctm or dapp. The documented "wrong URL/resource" reply is taken for all.
 */
export const ABSENT_RESOURCE_STATUS = 404;

/** Gap: whether a prefix of another server generation (/api before 3.33) is known to the gateway. Taken: no. */
export const FOREIGN_PREFIX_REACHES_VAULT = false;

/** Gap: the statuses of "Request timed out." and "Invalid signature". */
export const INVALID_SIGNATURE_STATUS = 401;

/**
 * Gap: the order in which a request is judged. Taken: gateway, token, authorization (active, address, referer),
 * route, authorized resource, "Read and write", item (see gateway.ts). OAuth 1.0 nonces are not
 * judged, nor timestamps unless an option says so (see oauth1.ts). And whether the reply for a closed resource has an `exception`:
 */
export const CLOSED_RESOURCE_HAS_EXCEPTION = false;

/** Gap: the tenant's name in replies; the documents show "senhasegura" and "Segura". */
export const TENANT = 'senhasegura';

// --- tokens ----------------------------------------------------------------------------------------------------

/** Gap: body and status of a refused client. The form of league/oauth2-server, which decodes in all clients. */
export const CLIENT_REFUSED = {
  status: 401,
  body: {
    error: 'invalid_client',
    error_description: 'Client authentication failed',
    message: 'Client authentication failed',
  },
};

/** Gap: a token request without a usable grant_type. The same library's form. */
export const GRANT_REFUSED = {
  status: 400,
  body: {
    error: 'unsupported_grant_type',
    error_description: 'The authorization grant type is not supported by the authorization server.',
    hint: 'Check that all required parameters have been provided',
    message: 'The authorization grant type is not supported by the authorization server.',
  },
};

/** Gap: a token request without client id. The same library's form. */
export const CLIENT_ID_MISSING = {
  status: 400,
  body: {
    error: 'invalid_request',
    error_description:
      'The request is missing a required parameter, includes an invalid parameter value, ' +
      'includes a parameter more than once, or is otherwise malformed.',
    hint: 'Check the `client_id` parameter',
    message:
      'The request is missing a required parameter, includes an invalid parameter value, ' +
      'includes a parameter more than once, or is otherwise malformed.',
  },
};

/** Gap: what an unknown, malformed or expired bearer gets. The same library's form. */
export const BEARER_REFUSED = {
  status: 401,
  body: {
    error: 'access_denied',
    error_description: 'The resource owner or authorization server denied the request.',
    hint: 'Access token could not be verified',
    message: 'The resource owner or authorization server denied the request.',
  },
};

/** Gap: whether an inactive authorization gets a token. "Inactive authorization" is documented at a resource. */
export const INACTIVE_AUTHORIZATION_GETS_TOKEN = true;

/**
 * Gap: unit and effect of `ttl` in the body of a token request. One community page shows `ttl=60`
 * (community.senhasegura.io/t/como-criar-autorizacoes-de-api/1408), its English twin leaves it out. Taken: it is accepted
 * and changes nothing.
 */
export const LOGIN_TTL_SETS_LIFETIME_SECONDS = false;

/** Gap: whether new tokens end earlier ones. No revocation is documented. */
export const NEW_TOKEN_ENDS_EARLIER = false;

/**
 * Gap: whether the parameter `tenant` of the login is in the body or in the query (taken: either), what a login gets
 * that needs it and has none, and one with a tenant that is unknown or not its own (taken: what a wrong client gets).
 */
export const TENANT_MISSING = {
  status: 400,
  body: {
    ...CLIENT_ID_MISSING.body,
    hint: 'Check the `tenant` parameter',
  },
};

// --- identity tokens -------------------------------------------------------------------------------------------

/**
 * Gap: whether any vault takes identity tokens, and how. The vendor names OIDC federation and describes no request,
 * so the embedded vault takes none unless its option `federation` says so. It then does as the RFCs say, but for one
 * thing: RFC 7523 section 3 wants the client id as `sub` of a client assertion, and the token of a CI has its job there.
 * As clouds do, the rules of an authorization say which subjects it takes.
 */
export const FEDERATION_EXCHANGES = ['client-assertion', 'jwt-bearer', 'token-exchange'] as const;

/** Gap: how far the clocks of vault and issuer may differ. RFC 7519: "usually no more than a few minutes". */
export const FEDERATION_LEEWAY_SECONDS = 60;

/** Gap: what an identity token that is not accepted gets; here as the RFC of each exchange says. */
export const FEDERATION_TOKEN_REFUSED = {
  'client-assertion': 'invalid_client', // RFC 7521 section 4.2.1
  'jwt-bearer': 'invalid_grant', // RFC 7521 section 4.1.1
  'token-exchange': 'invalid_request', // RFC 8693 section 2.2.2
} as const;

/** Gap: the words of `error_description`. They name the problem and contain no part of the token. */
export const FEDERATION_PROBLEMS = {
  repeated: 'A parameter is included more than once.',
  tokenMissing: 'The parameter with the token is missing.',
  typeMissing: 'The parameter with the type of the token is missing.',
  twoMethods: 'The client authenticates in more than one way.',
  assertionType: 'This client_assertion_type is not supported.',
  subjectTokenType: 'This subject_token_type is not supported.',
  requestedTokenType: 'This requested_token_type is not supported.',
  actorToken: 'An actor_token is not supported.',
  client: 'Client authentication failed.',
  severalClients: 'The token fits more than one client. Add client_id.',
  malformed: 'The token is not a signed JWT.',
  issuer: 'The issuer of the token is not trusted.',
  algorithm: 'The algorithm of the token is not accepted.',
  keysUnreadable: 'The keys of the issuer could not be read.',
  key: 'The issuer has no such key.',
  signature: 'The signature of the token is not valid.',
  expiryMissing: 'The token has no expiry.',
  expired: 'The token has expired.',
  notYet: 'The token is not valid yet.',
  subjectMissing: 'The token has no subject.',
  noRule: 'No rule of this client names the issuer of the token.',
  audience: 'The audience of the token is not accepted.',
  subject: 'The subject of the token is not accepted.',
  claims: 'The claims of the token are not accepted.',
  spent: 'The token was used before.',
} as const;
export type FederationProblem = keyof typeof FEDERATION_PROBLEMS;

// --- TLS client certificates -----------------------------------------------------------------------------------

/**
 * Gap: how the certificate whose fingerprint an authorization stores reaches the vault, which fingerprint it is, and
 * what another certificate gets. Taken: the TLS client certificate, SHA-1 or SHA-256, checked at the login and at
 * every resource; RFC 8705 has invalid_client for the one and 401 for the other.
 */
export const CERTIFICATE_REFUSED = {
  status: 401,
  message: 'Invalid certificate fingerprint',
  loginBody: { error: 'invalid_client', error_description: 'Invalid certificate fingerprint' },
};

/** Gap: whether a certificate that the vault's CA did not sign counts where none is required. */
export const UNVERIFIED_CERTIFICATE_COUNTS = false;

// --- what an authorization may -----------------------------------------------------------------------------------

/** Gap: status and body for a source address outside "Authorized IPs"; the text is only in unofficial notes. */
export const IP_DENIED = {
  status: 403,
  message: 'IP not allowed',
  body: { error: 'access_denied', error_description: 'IP not allowed', message: 'IP not allowed' },
};

/** Gap: status and text for a Referer outside "Authorized HTTP referrers". */
export const REFERER_DENIED = { status: 403, message: 'HTTP referer not allowed' };

/** Gap: whether one authorization may hold PAM and DSM resources; the product shows them in two modules. */
export const PAM_AND_DSM_RESOURCES: readonly Resource[] = [
  'PAM Core',
  'Application',
  'CI/CD',
  'Secret Management',
];

/** Gap: resources of an authorization made by POST /iso/dapp/application when the request names none. */
export const NEW_AUTHORIZATION_RESOURCES: readonly Resource[] = ['Application', 'CI/CD', 'Secret Management'];

/** Gap: the secrets of an authorization made by POST /iso/dapp/application without a provisioning profile. */
export const NEW_AUTHORIZATION_SECRETS: readonly number[] = [];

/** Gap: whether an authorization made that way may make others. */
export const NEW_AUTHORIZATION_CREATES_APPLICATIONS = true;

/** Gap: the refusal when "Enable creation of DSM applications" is off: the documented text for a closed resource. */
export const CREATION_REFUSED_AS_RESOURCE = true;

/** Gap: the words for a made application and a made authorization; only "updated" and "found" are documented. */
export const APPLICATION_WORDS = {
  created: 'Application created',
  updated: 'Application updated',
  authorizationCreated: 'Authorization created',
  authorizationFound: 'Authorization found',
};

// --- custody ---------------------------------------------------------------------------------------------------

/** Gap: who holds. Documents say "the user"; for a machine it is taken to be the authorization. */
export function custodyHolder(authorization: { clientId: string }): string {
  return authorization.clientId;
}

/** Gap: the reply to a second caller while another holds and simultaneous viewing is off. */
export const CUSTODY_CONFLICT: Refusal = {
  status: 400,
  code: 1060,
  message: 'The credential is in the custody of another user',
};

/** Gap: two reads by one holder are one custody, freed by one release; a second release is 1018. */
export const READS_OF_ONE_HOLDER_COUNT_ONCE = true;

/** Gap: whether a release needs "Read and write". 1039 is in the documented list of its errors. */
export const RELEASE_NEEDS_WRITE = true;

/** Gap: how soon the change is done that a release starts. Taken: before the reply to the release. */
export const RELEASE_CHANGES_AT_ONCE = true;

/**
 * Gap: whether the reply for one credential says, like the list, that automatic change is configured. No example has
 * it. Taken: it does where it is configured; an option leaves it out.
 */
export const DETAIL_NAMES_AUTOMATIC_CHANGE = true;

/** Gap: whether a further view moves a change already scheduled. */
export const LATER_VIEW_POSTPONES_CHANGE = false;

/** Gap (a reseller says so, no official page): the change gives the credential back to the vault. */
export const CHANGE_ENDS_CUSTODY = true;

/** Gap: whether reading an SSH key through the API takes custody. */
export const KEY_READ_TAKES_CUSTODY = false;

/** Gap: whether a detail reply without a password still takes custody. */
export const PASSWORDLESS_READ_TAKES_CUSTODY = true;

/** Gap: the list shows the credentials the authorization may use, and takes no custody. */
export const LIST_SHOWS_ONLY_ALLOWED = true;

// --- /iso/coe/senha ----------------------------------------------------------------------------------------------

/** Gap: custody of the legacy read (unofficial notes say it takes it). */
export const COE_TAKES_CUSTODY = true;

/** Gap: HTTP status of its refusals; the body's `response.status` is known. 'body' means the two agree. */
export const COE_HTTP_STATUS: 'body' | 200 = 'body';

/** Gap: the texts of its refusals. */
export const COE_MESSAGES = {
  ok: (id: number) => `Senha ${id}`,
  noAccess: 'Sem acesso à credencial',
  notFound: 'Credencial não encontrada',
  inactive: 'Credencial inativa',
};

// --- DSM -------------------------------------------------------------------------------------------------------

/** Gap: the message of GET /iso/sctm/secret. */
export const SECRET_LIST_MESSAGE = (count: number): string => `${count} secrets found`;

/** Gap: DSM replies for an authorization that belongs to no application. */
export const NO_APPLICATION: Refusal = { status: 400, code: 1005, message: 'Application not found' };

/** Gap: a DSM request without a required field; the pattern of other modules' 1001. */
export function parameterMissing(name: string): Refusal {
  return { status: 400, code: 1001, message: `Parameter '${name}' was not informed!` };
}

/** Gap: a `data` that is not base64 of JSON. */
export const SECRET_DATA_INVALID: Refusal = { status: 400, code: 1003, message: 'Unexpected data' };

/** Gap: which engines are registered, and the refusal of another. */
export const ENGINES = ['Generic', 'GitLab', 'Kubernetes'];
export const ENGINE_UNKNOWN: Refusal = { status: 400, code: 1003, message: 'Unexpected engine' };

/** Gap: whether a later expiration date brings an expired secret back. Taken: it does. */
export const LATER_DATE_REVIVES_SECRET = true;

/** Gap: the time zone of the expiration date of a secret, and other forms than `YYYY-MM-DD HH:MM:SS`. Taken: UTC, as text. */
export const isPast = (expirationDate: string, now: number): boolean =>
  expirationDate !== '' && expirationDate <= new Date(now).toISOString().slice(0, 19).replace('T', ' ');

/** Gap: the message of an updated secret, and the status of its reply; a created one's are documented. */
export const SECRET_UPDATED = { status: 201, message: 'Secret updated successfully.' };

/** Gap: the reply of DELETE /api/dsm/secret/{identity}, which only notes of users name. */
export const SECRET_DELETED = 'Secret deleted successfully.';

/** Gap: a secret made through the API belongs to the authorization that made it. */
export const NEW_SECRET_BELONGS_TO_CALLER = true;

/**
 * Gap: how the vault reads variables of several lines, which are joined like variables. Taken: a line without `=` is no
 * variable, and the value ends with its line.
 */
export const LINES_WITHOUT_EQUALS_ARE_DROPPED = true;

/** Gap: whether a posted variable waits for a review; documents show both. Taken: it does, unless an option approves it. */
export const VARIABLES_ARE_PENDING = true;

/** Gap: the reply of POST /iso/cicd/variables. */
export const VARIABLES_MESSAGE = 'Variables registered successfully.';

/**
 * Gap: what an approved variable of a mapping becomes: "these variables will be saved as a secret". Taken: one secret for
 * each entry of the mapping, whose identity and name are the entry's; its labels are the entry's field names, or the
 * names of the variables where the entry lists only those.
 */
export const mappedSecret = (
  entry: string,
  fields: readonly string[] | Readonly<Record<string, string>>,
): { identity: string; engine: string; variables: [label: string, variable: string][] } => ({
  identity: entry,
  engine: 'Generic',
  variables: Array.isArray(fields) ? fields.map((variable) => [variable, variable]) : Object.entries(fields),
});

/** Gap: further algorithms of the encryption API; these two are in its examples. */
export const ENCRYPTION_ALGORITHMS: readonly string[] = ['aes128-gcm96', 'aes256-gcm96'];

/** Gap: errors of the encryption API; none is documented. */
export const ENCRYPTION_REFUSED = {
  unknown: { status: 400, code: 1005, message: 'Encryption key not found' },
  disabled: { status: 400, code: 1005, message: 'Encryption key disabled' },
  algorithm: { status: 400, code: 1003, message: 'Unexpected algorithm' },
  version: { status: 400, code: 1003, message: 'Unexpected version' },
  value: { status: 400, code: 1003, message: 'The value cannot be decrypted' },
} satisfies Record<string, Refusal>;

/** Gap: whether a key past its expiration date still encrypts and decrypts. Taken: it does. */
export const EXPIRED_KEY_ENCRYPTS = true;

/** Gap: whether making, changing and disabling an encryption key needs "Read and write". Taken: no, as for all of DSM. */
export const ENCRYPTION_KEYS_NEED_WRITE = false;

/** Gap: which version a request without one, or with an empty one, means. Taken: the newest. */
export const encryptionVersion = (asked: string | undefined, newest: number): number =>
  asked === undefined || asked === '' ? newest : Number(asked);

/** Gap: the reply of the two deprovision endpoints, and the one where nothing was provisioned by that name. */
export const LEASE_ENDED_MESSAGE = 'Secret deprovisioned.';
export const LEASE_UNKNOWN: Refusal = { status: 400, code: 1005, message: 'Provisioned secret not found' };

/** Gap: an identity that provision does not know, and one whose secret has no provisioning profile. */
export const PROVISION_UNKNOWN: Refusal = { status: 400, code: 1005, message: 'Secret not found' };
export const PROVISION_NO_PROFILE: Refusal = {
  status: 400,
  code: 1006,
  message: 'The secret has no provisioning profile',
};

/** Gap: whether `identity`, which only newer pages have, chooses the secret up to 3.32 too. Without it, all are provisioned. */
export const PROVISION_IDENTITY_LIMITS_OLDER = true;

/** Gap: whether provisioning needs "Read and write". 1039 is documented for any write of PAM. */
export const PROVISION_NEEDS_WRITE = true;

/** Gap: who may end what was provisioned. Taken: the authorization that it was provisioned for. */
export const LEASE_BELONGS_TO_AUTHORIZATION = true;

/**
 * Gap: which labels are sent in clear under "Enable encryption of sensitive information". PASSWORD and
 * AWS_SECRET_ACCESS_KEY are documented as encrypted, USERNAME as clear; labels are free text, so a pattern decides.
 */
export const PUBLIC_LABEL = /(^|_)(user|username|host|hostname|ip|port|ttl|access_key_id|region)$/i;

/**
 * Gap: a value longer than one RSA block. Taken: the documented failure text is in its place; an option has blocks
 * that follow each other.
 */
export const LONG_VALUES_FAIL_TO_ENCRYPT = true;

// --- PAM writes and v2 -------------------------------------------------------------------------------------------

/** Gap: credential POST is refused when its `domain` is not registered (1029); which are is the data's matter. */
export const DOMAIN_IS_CHECKED = true;

/** Gap: code and text for an identifier with other characters than letters, digits, `_`, `.` and `-`. */
export const IDENTIFIER_INVALID: Refusal = { status: 400, code: 1003, message: 'Unexpected identifier type' };

/** Gap: the rejection of a key for a device that is not registered: "you'll need to create the device first". */
export const KEY_DEVICE_UNKNOWN: Refusal = { status: 400, code: 1011, message: 'Device not found' };

/** Gap: what `enabled` of an update does; documents speak of a creation. Taken: nothing, PUT and DELETE are for that. */
export const KEY_UPDATE_IGNORES_ENABLED = true;

/**
 * Gap: whether POST may overwrite a credential that its caller may not use; 1009 is not among the errors of that page.
 * Taken: it may.
 */
export const SAVE_REACHES_ALL_CREDENTIALS = true;

/** Gap: whether 3.33 rejects other characters in an identifier; SSGR-3368 is of 4.0. Taken: dialect `api` does as 4.0. */
export const API_DIALECT_HAS_STRICT_IDENTIFIERS = true;

/**
 * Gap: SSGR-4522 says that before 4.0 the identifier of a credential found by host and username was replaced
 * automatically, but not with what. Taken: in every dialect only by one that the request names.
 */
export const IDENTIFIER_IS_REPLACED_ONLY_BY_ANOTHER = true;

/**
 * Gap: 3.32 shows the creation of a device and its 1004 without top-level `code`, from 3.33 no page says. Taken: up to 3.32
 * like the read of a device and its errors, later whole.
 */
export const OLDER_DEVICE_SAVE_IS_LIKE_READ = true;

/**
 * Gap: what `devices_error` of a saved key has. Taken: the devices of the request that are not registered, and the key is
 * saved all the same.
 */
export const UNKNOWN_DEVICES_OF_A_KEY_ARE_LISTED = true;

/** Gap: reading an inactive credential; 1008 is documented for credentials, but not in the list of GET's errors. */
export const INACTIVE_READ: Refusal = { status: 400, code: 1008, message: 'Credential inactive' };

/**
 * Gap: how tags of a device are written. They are one text in every example, but for "api, app" the reply to a creation
 * has "api,app" and the reply to an update "api, app". Taken: as they were sent, in lists too.
 */
export const deviceTags = (sent: string): string => sent;

/**
 * Gap: protected information is found by its number in the documents; a third-party Rust client sends an identifier. Who
 * may read it, and where `users_allowed` of the reply to a creation comes from, is nowhere, nor that of
 * `service` and `url`, nor whether "Enable encryption of sensitive information" covers `content`. Taken: a number first, then
 * the newest of an identifier; any authorization with PAM Core; no user, service and url named; not encrypted.
 */
export const INFO = { foundByIdentifier: true, usersAllowed: '', service: '', url: '', isEncrypted: false };

/**
 * Gap: what a key of MySafe may see and change. Documents name the errors 1006 and 1009, and `can_write`. Taken: an item is
 * listed for the keys that may read it and while it is active; only a key with "Read and write" changes one; an item that
 * needs a justification is read without one, since no request has a field for it; other authorizations get the reply for a
 * closed resource; the prefix is that of PAM.
 */
export const MYSAFE = { editNeedsWrite: true };

/** Gap: texts of the device endpoints, and disabling a disabled device (a client takes 400 for "already absent"). */
export const DEVICE_MESSAGES = {
  created: 'Device successfully registered!',
  updated: 'Device updated successfully!',
  enabled: 'Device successfully activated',
  disabled: 'Device successfully deactivated',
  listed: (count: number): string => `${count} devices found`,
};
export const DEVICE_ALREADY_DISABLED: Refusal = { status: 400, code: 1011, message: 'Device not found' };

/** Gap: bodies of v2's 403, 412 and 422, and of its not found; no error format is documented. */
export const V2_ERRORS = {
  sensitive: { status: 403, title: 'Forbidden' },
  unknownField: { status: 422, title: 'Unprocessable Entity' },
  notFound: { status: 404, title: 'Not Found' },
  changed: { status: 412, title: 'Precondition Failed' },
  sensitiveFields: ['password', 'content'],
};

/** Gap: values of v2 attributes that nothing in the data of the embedded vault says. */
export const V2_DEFAULTS = {
  parent_credential: null,
  criticality: 'low',
  user_credential_owner: null,
  password_policy: null,
};

/** Gap: where two attributes of v2 come from. Taken: the type is that of the credential, the last use its last view. */
export const v2Derived = (type: string, viewedAt: number | undefined) => ({
  password_type: type,
  last_used_at: viewedAt === undefined ? null : new Date(viewedAt).toISOString(),
});

/** Gap: what PUT, PATCH and DELETE of v2 do when `If-Match` allows them. Taken: nothing, with this status and GET's body. */
export const V2_WRITE_STATUS = 200;

/** Gap: v2's limit. */
export const V2_RATE_LIMIT = 1_000;
