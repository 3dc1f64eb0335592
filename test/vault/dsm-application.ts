import { randomBytes } from 'node:crypto';
import {
  APPLICATION_WORDS,
  CREATION_REFUSED_AS_RESOURCE,
  NEW_AUTHORIZATION_CREATES_APPLICATIONS,
  NEW_AUTHORIZATION_RESOURCES,
  NEW_AUTHORIZATION_SECRETS,
  parameterMissing,
} from './assumptions.js';
import type { Call } from './call.js';
import type { Application, Authorization, Resource } from './data.js';
import { applicationView, callersApplication, secretsOfApplication } from './dsm-view.js';
import { refusal, resourceNotAuthorized, success } from './envelope.js';
import { text } from './fields.js';
import { Refused, type Reply } from './reply.js';

/**
 * POST /iso/dapp/application makes or finds an application and an authorization of it; `id` and `signature` are
 * the client id and client secret of that authorization. `unique_key` replaces system and environment in the search.
 * Source: docs.senhasegura.io v3-32 and v3-33 POST Application; dsmcli, which continues as the returned identity.
 */
export function registerApplication(call: Call): Reply {
  const { world, fields, caller } = call;
  if (!caller.createsApplications && CREATION_REFUSED_AS_RESOURCE) throw new Refused(resourceNotAuthorized());
  const name = required(call, 'application');
  const words = APPLICATION_WORDS;
  const { applications, authorizations } = world.data;
  const knownApplication = applications.find((application) => application.name === name);
  const application = knownApplication ?? createApplication(call, name);
  const uniqueKey = text(fields, 'unique_key') ?? '';
  const system = uniqueKey === '' ? required(call, 'system') : (text(fields, 'system') ?? '');
  const environment = uniqueKey === '' ? required(call, 'environment') : (text(fields, 'environment') ?? '');
  const known = authorizations.find(
    (candidate) =>
      candidate.applicationId === application.id &&
      (uniqueKey === ''
        ? candidate.system === system && candidate.environment === environment
        : candidate.uniqueKey === uniqueKey),
  );
  const authorization = known ?? createAuthorization(call, application, { system, environment, uniqueKey });
  world.handedOut.add(authorization.clientSecret);
  const done = knownApplication === undefined ? words.created : words.updated;
  const met = known === undefined ? words.authorizationCreated : words.authorizationFound;
  return success({
    style: 'numbered',
    message: `${done}: (${application.id}) ${name} | ${met}: (${authorization.id})`,
    entities: { id: authorization.clientId, signature: authorization.clientSecret },
  });
}

/** GET /iso/dapp/application: all secrets of the caller's application. Source: v3-32 GET Application; dsmcli. */
export function readApplication(call: Call): Reply {
  const application = callersApplication(call);
  const secrets = secretsOfApplication(call, application);
  return success({
    style: call.world.settings.dialect === 'api' ? 'full' : 'older',
    message: `Application ${application.id}`,
    entities: { application: applicationView(call, application, secrets) },
  });
}

/** DELETE /iso/dapp/application/authorization: ends the calling authorization. */
export function deactivateAuthorization({ caller }: Call): Reply {
  caller.active = false;
  return success({ message: 'Authorization deleted successfully.' });
}

function required({ fields }: Call, name: string): string {
  const value = text(fields, name);
  if (value === undefined || value === '') throw new Refused(refusal(parameterMissing(name)));
  return value;
}

function createApplication({ world, fields }: Call, name: string): Application {
  const { applications } = world.data;
  const application = {
    id: nextId(applications),
    name,
    description: text(fields, 'description') ?? null,
    tags: [],
  };
  applications.push(application);
  return application;
}

function createAuthorization(
  { world, fields }: Call,
  application: Application,
  search: { system: string; environment: string; uniqueKey: string },
): Authorization {
  const { authorizations } = world.data;
  const asked = fields['authorized_resources'];
  const id = nextId(authorizations);
  const authorization: Authorization = {
    id,
    name: `registered-${id}`,
    clientId: randomBytes(21).toString('hex').slice(0, 41),
    clientSecret: randomBytes(16).toString('hex'),
    applicationId: application.id,
    system: search.system,
    environment: search.environment,
    ...(search.uniqueKey === '' ? {} : { uniqueKey: search.uniqueKey }),
    resources: NEW_AUTHORIZATION_RESOURCES.filter(
      (resource: Resource) => !Array.isArray(asked) || asked.includes(resource),
    ),
    permission: 'Read-only',
    createsApplications: NEW_AUTHORIZATION_CREATES_APPLICATIONS,
    encryption: fields['encryption_enabled'] === true,
    allowedIps: texts(fields['allowed_ips']) ?? ['*'],
    allowedReferers: texts(fields['allowed_http_referers']) ?? [],
    active: true,
    secretIds: [...NEW_AUTHORIZATION_SECRETS],
    credentialIds: [],
  };
  authorizations.push(authorization);
  return authorization;
}

function texts(value: unknown): string[] | undefined {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : undefined;
}

function nextId(list: readonly { id: number }[]): number {
  return Math.max(0, ...list.map(({ id }) => id)) + 1;
}
