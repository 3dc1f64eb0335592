import { ENCRYPTION_KEYS_NEED_WRITE, PROVISION_NEEDS_WRITE } from './assumptions.js';
import type { Route } from './call.js';
import { postVariables } from './cicd.js';
import { readLegacy } from './coe.js';
import { deactivateAuthorization, readApplication, registerApplication } from './dsm-application.js';
import { deprovision, provision } from './dsm-provision.js';
import { deleteUnofficial, listSecrets, readUnofficial, saveSecret } from './dsm-secret.js';
import {
  createEncryptionKey,
  decryptValue,
  disableEncryptionKey,
  encryptValue,
  listEncryptionKeys,
  readEncryptionKey,
  updateEncryptionKey,
} from './encryption.js';
import { createSafe, listSafe, readSafe, setSafeActive, updateSafe } from './mysafe.js';
import type { Settings } from './options.js';
import { releaseCustody } from './pam-custody.js';
import { listDevices, readDevice, saveDevice, setDeviceActive } from './pam-device.js';
import { createInfo, disableInfo, readInfo } from './pam-info.js';
import { disableKey, enableKey, readKey, readNoKey, saveKey } from './pam-key.js';
import { listCredentials, readCredential } from './pam-read.js';
import { changeCredentialV2, readCredentialV2 } from './pam-v2.js';
import { disableCredential, enableCredential, saveCredential } from './pam-write.js';

/** Source: /iso in every generation; /api in the v3-33 first steps and in third-party tools. */
export function tokenPaths({ dialect }: Settings): string[] {
  return dialect === 'api' ? ['/iso/oauth2/token', '/api/oauth2/token'] : ['/iso/oauth2/token'];
}

/** The routes one generation of the vault has. Source: the version map and the page of each endpoint. */
export function routesFor(settings: Settings): Route[] {
  return [...dsmRoutes(settings), ...pamRoutes(settings), ...coeRoutes(settings), ...safeRoutes(settings)];
}

function dsmRoutes({ sctm, dapp, apiDsm }: Settings): Route[] {
  const application = 'Application';
  const secrets = 'Secret Management';
  // Both spellings are used by shipping clients: dsmcli writes a capital A, the documents do not.
  const spellings = ['/iso/dapp/application', '/iso/dapp/Application'];
  return [
    ...spellings.map(
      (path): Route => ({ method: 'POST', path, resource: application, handle: registerApplication }),
    ),
    ...(dapp ? spellings : []).map(
      (path): Route => ({ method: 'GET', path, resource: application, handle: readApplication }),
    ),
    {
      method: 'DELETE',
      path: '/iso/dapp/application/authorization',
      resource: application,
      handle: deactivateAuthorization,
    },
    ...provisionRoutes(application),
    { method: 'POST', path: '/iso/sctm/secret', resource: secrets, handle: saveSecret },
    ...when(sctm, { method: 'GET', path: '/iso/sctm/secret', resource: secrets, handle: listSecrets }),
    ...when(apiDsm, { method: 'GET', path: '/api/dsm/secret', resource: secrets, handle: readUnofficial }),
    ...when(apiDsm, {
      method: 'GET',
      path: '/api/dsm/secret/:id',
      resource: secrets,
      handle: readUnofficial,
    }),
    ...when(apiDsm, {
      method: 'DELETE',
      path: '/api/dsm/secret/:id',
      resource: secrets,
      handle: deleteUnofficial,
    }),
    { method: 'POST', path: '/iso/cicd/variables', resource: 'CI/CD', handle: postVariables },
    ...encryptionRoutes(secrets),
  ];
}

function provisionRoutes(resource: Route['resource']): Route[] {
  const common = { method: 'POST', resource, write: PROVISION_NEEDS_WRITE };
  return [
    { ...common, path: '/iso/coe/dapp/provision', handle: provision },
    { ...common, path: '/iso/coe/dapp/deprovision', handle: deprovision },
    { ...common, path: '/iso/dapp/deprovision', handle: deprovision },
  ];
}

function encryptionRoutes(resource: Route['resource']): Route[] {
  const path = '/iso/sctm/encryption';
  const write = ENCRYPTION_KEYS_NEED_WRITE;
  return [
    { method: 'POST', path: `${path}/key`, resource, write, handle: createEncryptionKey },
    { method: 'GET', path: `${path}/key`, resource, handle: listEncryptionKeys },
    { method: 'GET', path: `${path}/key/:id`, resource, handle: readEncryptionKey },
    { method: 'PUT', path: `${path}/key/:id`, resource, write, handle: updateEncryptionKey },
    { method: 'DELETE', path: `${path}/key/:id`, resource, write, handle: disableEncryptionKey },
    { method: 'POST', path: `${path}/encrypt`, resource, handle: encryptValue },
    { method: 'POST', path: `${path}/decrypt`, resource, handle: decryptValue },
  ];
}

function pamRoutes(settings: Settings): Route[] {
  const prefixes =
    settings.dialect === 'api' ? (settings.isoPamKept ? ['/api', '/iso'] : ['/api']) : ['/iso'];
  const resource = 'PAM Core';
  return [
    ...prefixes.flatMap((prefix) => {
      const pam = `${prefix}/pam`;
      const custody: Route = {
        method: 'DELETE',
        path: `${pam}/credential/custody/:id`,
        resource,
        handle: releaseCustody,
      };
      if (settings.dialect === 'coe') return [custody];
      return [custody, ...credentialRoutes(pam), ...keyRoutes(pam), ...deviceRoutes(pam)];
    }),
    ...(settings.dialect === 'coe' ? [] : infoRoutes()),
    ...['GET', 'PUT', 'PATCH', 'DELETE'].flatMap((method) =>
      when(settings.v2, {
        method,
        path: '/api/v2/pam/credentials/:id',
        resource,
        ...(method === 'GET' ? { handle: readCredentialV2 } : { write: true, handle: changeCredentialV2 }),
      }),
    ),
  ];
}

function credentialRoutes(pam: string): Route[] {
  const resource = 'PAM Core';
  const one = `${pam}/credential/:id`;
  return [
    { method: 'GET', path: `${pam}/credential`, resource, handle: listCredentials },
    { method: 'GET', path: one, resource, handle: readCredential },
    { method: 'POST', path: `${pam}/credential`, resource, write: true, handle: saveCredential },
    { method: 'DELETE', path: one, resource, write: true, handle: disableCredential },
    { method: 'PUT', path: one, resource, write: true, handle: enableCredential },
  ];
}

function keyRoutes(pam: string): Route[] {
  const resource = 'PAM Core';
  const one = `${pam}/key/:id`;
  return [
    { method: 'GET', path: `${pam}/key`, resource, handle: readNoKey },
    { method: 'GET', path: one, resource, handle: readKey },
    { method: 'POST', path: `${pam}/key`, resource, write: true, handle: saveKey },
    { method: 'DELETE', path: one, resource, write: true, handle: disableKey },
    { method: 'PUT', path: one, resource, write: true, handle: enableKey },
  ];
}

function deviceRoutes(pam: string): Route[] {
  const resource = 'PAM Core';
  const one = `${pam}/device/:id`;
  return [
    { method: 'GET', path: `${pam}/device`, resource, handle: listDevices },
    { method: 'GET', path: one, resource, handle: readDevice },
    { method: 'POST', path: `${pam}/device`, resource, write: true, handle: saveDevice },
    { method: 'DELETE', path: one, resource, write: true, handle: (call) => setDeviceActive(call, false) },
    { method: 'PUT', path: one, resource, write: true, handle: (call) => setDeviceActive(call, true) },
  ];
}

/** The path keeps /iso: a deprecated module from 3.33 on. Source: docs.senhasegura.io v3-33, protected information. */
function infoRoutes(): Route[] {
  const resource = 'PAM Core';
  const path = '/iso/pam/info';
  return [
    { method: 'GET', path: `${path}/:id`, resource, handle: readInfo },
    { method: 'POST', path, resource, write: true, handle: createInfo },
    { method: 'DELETE', path: `${path}/:id`, resource, write: true, handle: disableInfo },
  ];
}

function coeRoutes({ coe }: Settings): Route[] {
  const route = { method: 'GET', resource: 'PAM Core', handle: readLegacy } as const;
  return [
    ...when(coe === 'path' || coe === 'both', { ...route, path: '/iso/coe/senha/:id' }),
    ...when(coe === 'query' || coe === 'both', { ...route, path: '/iso/coe/senha' }),
  ];
}

/**
 * MySafe, which only its own access keys open. Source: /api in v3-32 to v4, "MySafe APIs"; /iso in the older "My Safe API" and
 * in one request of v3-32.
 */
function safeRoutes({ dialect, isoPamKept }: Settings): Route[] {
  if (dialect === 'coe') return [];
  const prefixes = dialect === 'iso' ? ['/iso'] : isoPamKept ? ['/api', '/iso'] : ['/api'];
  const resource = 'MySafe';
  return prefixes.flatMap((prefix) =>
    (['password', 'note', 'secretapi'] as const).flatMap((kind): Route[] => {
      const path = `${prefix}/mysafe/${kind}`;
      const active = (word: string, isActive: boolean): Route => ({
        ...{ method: 'POST', path: `${path}/${word}/:id`, resource },
        handle: (call) => setSafeActive(call, kind, isActive),
      });
      return [
        { method: 'GET', path, resource, handle: (call) => listSafe(call, kind) },
        { method: 'GET', path: `${path}/:id`, resource, handle: (call) => readSafe(call, kind) },
        { method: 'POST', path, resource, handle: (call) => createSafe(call, kind) },
        { method: 'PUT', path: `${path}/update/:id`, resource, handle: (call) => updateSafe(call, kind) },
        active('active', true),
        active('inactive', false),
      ];
    }),
  );
}

function when(condition: boolean, route: Route): Route[] {
  return condition ? [route] : [];
}
