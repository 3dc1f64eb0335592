import { COE_HTTP_STATUS, COE_MESSAGES, COE_TAKES_CUSTODY } from './assumptions.js';
import type { Call } from './call.js';
import { findItem, mayUse, takeCustody } from './pam-find.js';
import { json, type Reply } from './reply.js';

/**
 * GET /iso/coe/senha/{id} (or ?credentialId={id}): the legacy read with Portuguese names.
 * Its refusals are 401 (no access) and 404 (not found) in the body's `response.status`, the text in `mensagem`.
 * Source: deserialisers of four independent third-party programs; no official page.
 */
export function readLegacy(call: Call): Reply {
  const asked =
    call.exchange.segments.length === 4 ? call.id : (call.exchange.query.get('credentialId') ?? '');
  const found = findItem({ ...call, id: asked });
  if (found?.kind !== 'credential') return legacy(404, COE_MESSAGES.notFound);
  const credential = found.item;
  if (!mayUse(call, credential.id)) return legacy(401, COE_MESSAGES.noAccess);
  if (!credential.active) return legacy(404, COE_MESSAGES.inactive);
  if (COE_TAKES_CUSTODY) takeCustody(call, credential);
  const password = call.seal(credential.password);
  return legacy(200, COE_MESSAGES.ok(credential.id), {
    senha: {
      id: String(credential.id),
      tag: credential.identifier,
      username: credential.username,
      senha: password,
      conteudo: password,
      hostname: credential.hostname,
      senha_pai_cod: null,
      senha_pai: null,
      adicional: credential.additional,
      dominio: credential.domain,
      ip: credential.ip,
      porta: credential.port,
      modelo: 'Ubuntu',
      datahora_expiracao: credential.expirationTime,
    },
  });
}

function legacy(status: number, message: string, entities: Record<string, unknown> = {}): Reply {
  const failed = status !== 200;
  return json(COE_HTTP_STATUS === 'body' ? status : COE_HTTP_STATUS, {
    response: { status, mensagem: message, erro: failed, message, error: failed },
    ...entities,
  });
}
