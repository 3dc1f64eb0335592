import { quote } from '../../../core/requests/tokens.js';
import type { Outcome } from '../../../platform/process/leave.js';
import { lastOf, type NounCall } from '../verb.js';
import { onlyCredentials } from './only-credentials.js';

const PREFIX = 'CREDENTIAL_';
/** What every documented reply has. */
const FIELDS = ['password', 'username', 'hostname'];

/** Runs a command with one credential in its environment: short for exec with these requests. */
export async function runWith(call: NounCall): Promise<Outcome> {
  const [name = ''] = call.operands;
  const prefix = lastOf(call, 'prefix') || PREFIX;
  const lines = FIELDS.map((field) => `${quote(name)}/${field} > ${prefix}${field.toUpperCase()}`);
  const { exec } = await import(/* webpackMode: "eager" */ '../../commands/exec.js');
  return exec(call.context, onlyCredentials(call.settings, lines));
}
