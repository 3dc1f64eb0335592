import { parse } from 'yaml';
import {
  LINES_WITHOUT_EQUALS_ARE_DROPPED,
  mappedSecret,
  NEW_SECRET_BELONGS_TO_CALLER,
  parameterMissing,
  VARIABLES_MESSAGE,
} from './assumptions.js';
import type { Call } from './call.js';
import type { Authorization, PostedVariables } from './data.js';
import { refusal, success } from './envelope.js';
import { text } from './fields.js';
import { rowsOf } from './leaks.js';
import { Refused, type Reply } from './reply.js';
import type { World } from './world.js';

/**
 * Approved variables that a mapping names become DSM secrets, which the assumption `mappedSecret` describes.
 * Source: docs.senhasegura.io v3-32, DSM CLI ("automatically registering them as secrets") and the OpenAPI export; the
 * groups and fields of a mapping from dsmcli.
 */
function keepMapped({ data, handedOut }: World, caller: Authorization, posted: PostedVariables): void {
  const { environment, mapping } = posted;
  const values = new Map(
    environment
      .split('\n')
      .filter((line) => !LINES_WITHOUT_EQUALS_ARE_DROPPED || line.includes('='))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
  const groups: unknown = parse(mapping);
  for (const entry of Object.values(Object(groups)).flat()) {
    const { name, fields } = Object(entry);
    if (typeof name !== 'string') continue;
    const { identity, engine, variables } = mappedSecret(name, Object(fields));
    const row = Object.fromEntries(
      variables.map(([label, variable]) => [label, values.get(variable) ?? null]),
    );
    const known = data.secrets.find(
      (secret) => caller.secretIds.includes(secret.id) && secret.identity === identity,
    );
    if (known !== undefined) {
      for (const value of rowsOf(known.data).flatMap((old) => Object.values(old))) handedOut.add(value ?? '');
      Object.assign(known, { data: [row], version: known.version + 1 });
    } else {
      const id = Math.max(0, ...data.secrets.map((secret) => secret.id)) + 1;
      const made = {
        id,
        name,
        identity,
        version: 1,
        description: '',
        expirationDate: '',
        engine,
        data: [row],
      };
      data.secrets.push(made);
      if (NEW_SECRET_BELONGS_TO_CALLER) caller.secretIds.push(id);
    }
  }
}

/** POST /iso/cicd/variables with `env` and `map`. Source: dsmcli; the OpenAPI export of the vendor's documents. */
export function postVariables({ world, caller, fields }: Call): Reply {
  const environment = text(fields, 'env');
  if (environment === undefined) throw new Refused(refusal(parameterMissing('env')));
  const posted = {
    clientId: caller.clientId,
    environment: decodeVariables(environment),
    mapping: decodeVariables(text(fields, 'map') ?? ''),
  };
  world.data.variables.push(posted);
  if (world.settings.variablesApproved) keepMapped(world, caller, posted);
  return success({ message: VARIABLES_MESSAGE });
}

/** Standard base64 with '-', '_' and ',' for '+', '/' and '='. Source: dsmcli sdk/dsm/variable_client.go. */
function decodeVariables(encoded: string): string {
  const standard = encoded.replaceAll('-', '+').replaceAll('_', '/').replaceAll(',', '=');
  return Buffer.from(standard, 'base64').toString('utf8');
}
