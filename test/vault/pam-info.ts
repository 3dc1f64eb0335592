import { INFO } from './assumptions.js';
import type { Call } from './call.js';
import type { Information } from './data.js';
import { success } from './envelope.js';
import { text } from './fields.js';
import { refuse } from './pam-find.js';
import type { Reply } from './reply.js';

/**
 * GET /iso/pam/info/{id}. Refusals: 1023, 1024. The path keeps /iso in every generation, and all but this success has the
 * older envelope.
 * Source: docs.senhasegura.io v3-32 and v3-33 a2a-pam-core-access-protected-information.
 */
export function readInfo(call: Call): Reply {
  const { id, identifier, type, content: clear } = foundInfo(call);
  const content = INFO.isEncrypted ? call.seal(clear) : clear;
  return success({
    message: `Information ${id}`,
    entities: { info: { id: String(id), tag: identifier, type, content } },
  });
}

/**
 * POST /iso/pam/info creates. Its HTTP status is 200 while the body has 201, and the reply repeats the content, but has no
 * number. Refusal: 1026.
 * Source: docs.senhasegura.io v3-32 and v3-33 a2a-pam-core-create-protected-information.
 */
export function createInfo({ world, fields }: Call): Reply {
  const content = text(fields, 'content');
  if (!content) throw refuse(1026, 'The information content was not informed', 'older');
  const { information } = world.data;
  const made: Information = {
    id: Math.max(0, ...information.map(({ id }) => id)) + 1,
    name: text(fields, 'name') ?? '',
    identifier: text(fields, 'identifier') || null,
    type: text(fields, 'type') ?? null,
    content,
    active: true,
  };
  information.push(made);
  const { name, type, identifier } = made;
  const info = {
    name,
    type,
    service: INFO.service,
    url: INFO.url,
    content,
    users_allowed: INFO.usersAllowed,
    identifier,
  };
  const message = 'Information successfully registered!';
  return { ...success({ style: 'older', status: 201, message, entities: { info } }), status: 200 };
}

/** DELETE /iso/pam/info/{id} disables. Refusals: 1023, 1024. Source: a2a-pam-core-disable-protected-information. */
export function disableInfo(call: Call): Reply {
  foundInfo(call).active = false;
  return success({ style: 'older', message: 'Information successfully disabled' });
}

/** By number, as the documents say, or by identifier, as a third-party Rust client does. */
function foundInfo({ world, id }: Call): Information {
  const { information } = world.data;
  const found =
    information.find((each) => String(each.id) === id) ??
    information.findLast((each) => INFO.foundByIdentifier && each.identifier === id);
  if (found === undefined) throw refuse(1023, 'Information not found', 'older');
  if (!found.active) throw refuse(1024, 'Inactive information', 'older');
  return found;
}
