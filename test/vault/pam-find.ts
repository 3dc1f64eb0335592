import { custodyHolder } from './assumptions.js';
import type { Call } from './call.js';
import type { Credential, SshKey } from './data.js';
import { businessError, refusal } from './envelope.js';
import { Refused } from './reply.js';
import { noteView } from './rotation.js';

export type Item = { kind: 'credential'; item: Credential } | { kind: 'key'; item: SshKey };

/**
 * The item a path's last part names: a number, `username@hostname`, or an identifier.
 * Source: docs.senhasegura.io GET credential; helpcenter "Device ID number or ID Identificator"; the Ansible
 * collection sends identifiers. A username containing '@' cannot be named that way.
 */
export function findItem({ world, id }: Call): Item | undefined {
  const { credentials, keys } = world.data;
  const named = nameTest(id);
  const credential = credentials.find(named);
  if (credential !== undefined) return { kind: 'credential', item: credential };
  const key = keys.find(named);
  return key === undefined ? undefined : { kind: 'key', item: key };
}

/** The credential a request names, if its caller may use it. Throws 1007, 1010, 1009. */
export function allowedCredential(call: Call): Credential {
  const found = findItem(call);
  if (found === undefined) throw refuse(1007, 'Credential not found');
  if (found.kind === 'key') throw refuse(1010, 'The item is not a credential');
  if (!mayUse(call, found.item.id)) throw refuse(1009, 'No access to credential');
  return found.item;
}

/** The key a request names, if its caller may use it. Throws 1015, 1016, 1009. */
export function allowedKey(call: Call): SshKey {
  const found = findItem(call);
  if (found === undefined) throw refuse(1015, 'SSH key not found');
  if (found.kind === 'credential') throw refuse(1016, 'The item is not a ssh key');
  if (!mayUse(call, found.item.id)) throw refuse(1009, 'No access to credential');
  return found.item;
}

export function mayUse({ caller }: Call, id: number): boolean {
  return caller.credentialIds === 'all' || caller.credentialIds.includes(id);
}

export function refuse(code: number, message: string, style: 'full' | 'older' = 'full'): Refused {
  return new Refused(businessError(code, message, 400, style));
}

/** How lists and some errors were written up to 3.32. Source: examples of docs.senhasegura.io v3-32. */
export function olderStyle({ world }: Call): 'full' | 'older' {
  return world.settings.dialect === 'api' ? 'full' : 'older';
}

/**
 * Custody for the caller, as its policy allows; throws the refusal when another holds it.
 * Source: docs.senhasegura.io "How to create a credential policy": without simultaneous viewing "another user can
 * only make the withdrawal if the user who holds custody releases".
 */
export function takeCustody({ world, caller }: Call, credential: Credential): void {
  const id = String(credential.id);
  const holder = custodyHolder(caller);
  if (!credential.policy.simultaneousViewing && world.custody.heldByAnother(id, holder)) {
    world.custody.refuse(id, holder);
    throw new Refused(refusal(world.settings.custodyConflict));
  }
  world.custody.take(id, holder);
  noteView(credential, world.now());
}

function nameTest(
  id: string,
): (item: { id: number; identifier: string | null; username: string; hostname: string }) => boolean {
  if (/^\d+$/.test(id)) return (item) => String(item.id) === id || item.identifier === id;
  const at = id.indexOf('@');
  if (at < 0) return (item) => item.identifier === id;
  const [username, hostname] = [id.slice(0, at), id.slice(at + 1)];
  return (item) => item.username === username && item.hostname === hostname;
}
