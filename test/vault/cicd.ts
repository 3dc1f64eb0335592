import { parameterMissing, VARIABLES_MESSAGE } from './assumptions.js';
import type { Call } from './call.js';
import { refusal, success } from './envelope.js';
import { text } from './fields.js';
import { Refused, type Reply } from './reply.js';

/** POST /iso/cicd/variables with `env` and `map`. Source: dsmcli; the OpenAPI export of the vendor's documents. */
export function postVariables({ world, caller, fields }: Call): Reply {
  const environment = text(fields, 'env');
  if (environment === undefined) throw new Refused(refusal(parameterMissing('env')));
  world.data.variables.push({
    clientId: caller.clientId,
    environment: decodeVariables(environment),
    mapping: decodeVariables(text(fields, 'map') ?? ''),
  });
  return success({ message: VARIABLES_MESSAGE });
}

/** Standard base64 with '-', '_' and ',' for '+', '/' and '='. Source: dsmcli sdk/dsm/variable_client.go. */
function decodeVariables(encoded: string): string {
  const standard = encoded.replaceAll('-', '+').replaceAll('_', '/').replaceAll(',', '=');
  return Buffer.from(standard, 'base64').toString('utf8');
}
