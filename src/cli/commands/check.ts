import { throwIfAny } from '../../core/errors.js';
import { writeNow } from '../../platform/process/write-now.js';
import { type Context, openRun } from '../context.js';

/** Checking the text of requests needs no URL and no login. */
const UNUSED = { url: 'https://vault.invalid', clientId: 'unused', clientSecret: 'unused', isUnused: true };

/** Reports problems in the requests. Online, it logs in and lists DSM secrets. It never reads a credential. */
export async function check(context: Context): Promise<number> {
  const { world, arguments: given, signals } = context;
  const isOnline = given.options.has('online');
  const run = await openRun(context);
  const inputs = run.readInputs(false, isOnline ? {} : UNUSED);
  const dsm = inputs.requests.filter(({ source }) => source.kind === 'dsm');
  const pam = inputs.requests.length - dsm.length;
  const lines = [`DSM requests: ${dsm.length}`, `PAM requests: ${pam}`];
  if (isOnline) {
    // What contacts the vault, and looks at what it lists, is evaluated only here.
    const { withVault } = await import(/* webpackMode: "eager" */ '../run/dsm-login.js');
    const { listingLines, problemsWithList: unmet } = await import(
      /* webpackMode: "eager" */ '../run/listing.js'
    );
    const secrets = await withVault(
      context,
      { inputs, connection: run.connection(), keys: run.keys },
      ({ client }) => client.listSecrets(),
    );
    lines.push('The login succeeded.', ...listingLines(secrets));
    throwIfAny(unmet(context, inputs, secrets));
    if (pam > 0) lines.push('PAM credentials were not checked: reading one takes custody of it.');
  }
  const text = `${[...lines, 'No problems found.'].join('\n')}\n`;
  signals.cease();
  if (signals.stop.aborted || !writeNow(1, text)) {
    const { writeTo } = await import(/* webpackMode: "eager" */ '../write.js');
    await writeTo(world.stdout, text);
  }
  return 0;
}
