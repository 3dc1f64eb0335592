import { expiryWarning } from '../../core/bindings/expiry.js';
import { type SeguraError, throwIfAny } from '../../core/errors.js';
import type { Inputs } from '../../core/job/inputs.js';
import { printable } from '../../core/printable.js';
import { quote } from '../../core/requests/tokens.js';
import type { DsmSecret } from '../../core/vault/dsm.js';
import { systemClock } from '../../platform/process/clock.js';
import { writeNow } from '../../platform/process/write-now.js';
import { type Context, openRun } from '../context.js';
import { writeTo } from '../write.js';

/** Where and as whom to log in need not be known to judge the text of requests. */
const UNUSED = { url: 'https://vault.invalid', clientId: 'unused', clientSecret: 'unused' };

/** Says what is wrong with the requests. Online it logs in and looks at DSM; it never reads a credential. */
export async function check(context: Context): Promise<number> {
  const { world, arguments: given, signals } = context;
  const isOnline = given.options.has('online');
  const run = await openRun(context);
  const inputs = run.readInputs(false, isOnline ? {} : UNUSED);
  const dsm = inputs.requests.filter(({ source }) => source.kind === 'dsm');
  const pam = inputs.requests.length - dsm.length;
  const lines = [`DSM requests: ${dsm.length}`, `PAM requests: ${pam}`];
  if (isOnline) {
    // What contacts the vault is evaluated only here.
    const { withVault } = await import(/* webpackMode: "eager" */ '../run/dsm-login.js');
    const secrets = await withVault(
      context,
      { inputs, connection: run.connection(), keys: run.keys },
      ({ client }) => client.listSecrets(),
    );
    lines.push('The login succeeded.', ...listingLines(secrets));
    throwIfAny(await unmet(context, inputs, secrets));
    if (pam > 0) lines.push('PAM credentials were not looked at: reading one takes custody of it.');
  }
  const text = `${[...lines, 'Nothing was found wrong.'].join('\n')}\n`;
  signals.cease();
  if (signals.stop.aborted || !writeNow(1, text)) await writeTo(world.stdout, text);
  return 0;
}

/** The identities and the names of their fields; no value is looked at. */
function listingLines(secrets: readonly DsmSecret[]): string[] {
  if (secrets.length === 0) return ['DSM shows this authorization no secret.'];
  return ['DSM shows this authorization:', ...secrets.flatMap(linesOf)];
}

function linesOf(secret: DsmSecret): string[] {
  const name = printable(quote(secret.identity));
  try {
    return secret.maps.map((map, index) => {
      const at = secret.maps.length === 1 ? '' : `[${index}]`;
      const labels = [...map.keys()].map((label) => printable(quote(label)));
      return `  ${name}${at}: ${labels.join(', ')}`;
    });
  } catch {
    // It is an error where a request asks for it.
    return [secret.identity === '' ? '  a secret that cannot be read' : `  ${name} cannot be read`];
  }
}

async function unmet(
  { terminal }: Context,
  inputs: Inputs,
  secrets: readonly DsmSecret[],
): Promise<SeguraError[]> {
  const { bind } = await import(/* webpackMode: "eager" */ '../../core/bindings/bind.js');
  const problems: SeguraError[] = [];
  const requests = inputs.requests.filter(({ source }) => source.kind === 'dsm');
  const bindings = bind({ ...inputs, requests }, { secrets, credentials: new Map() }, problems);
  const warnings = bindings.flatMap(({ found }) => expiryWarning(found, systemClock.nowMs()) ?? []);
  for (const warning of new Set(warnings)) terminal.warning(warning);
  return problems;
}
