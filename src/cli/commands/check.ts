import { type SeguraError, throwIfAny } from '../../core/errors.js';
import type { Inputs } from '../../core/job/inputs.js';
import { isOfSafe } from '../../core/requests/request.js';
import { writeNow } from '../../platform/process/write-now.js';
import { type Context, openRun } from '../context.js';

/** Checking the text of requests needs no URL and no login. */
const UNUSED = { url: 'https://vault.invalid', clientId: 'unused', clientSecret: 'unused', isUnused: true };

/**
 * Reports problems in the requests. Online, it logs in and lists DSM secrets, with or without requests, and with an identity
 * token says whether the vault would accept it for the release. It never reads a credential.
 */
export async function check(context: Context): Promise<number> {
  const { world, arguments: given, signals } = context;
  const isOnline = given.options.has('online');
  const run = await openRun(context);
  const inputs = run.readInputs(false, isOnline ? { needsNoRequest: true } : UNUSED);
  const safe = inputs.requests.filter(isOfSafe).length;
  const listed = inputs.requests.filter(({ source }) => source.kind === 'dsm');
  const dynamic = listed.filter(({ source }) => 'isDynamic' in source).length;
  const pam = inputs.requests.length - listed.length;
  const lines = [`DSM requests: ${listed.length - safe - dynamic}`, `PAM requests: ${pam}`];
  if (dynamic > 0) lines.push(`Dynamic requests: ${dynamic}`);
  if (safe > 0) lines.push(`MySafe requests: ${safe}`);
  const problems: SeguraError[] = [];
  if (isOnline) {
    // What contacts the vault, and looks at what it lists, is evaluated only here.
    const { withVault } = await import(/* webpackMode: "eager" */ '../run/dsm-login.js');
    const { listingLines, problemsWithList: unmet } = await import(
      /* webpackMode: "eager" */ '../run/listing.js'
    );
    const { isTokenForOnce, TOKEN_ONCE } = await import(/* webpackMode: "eager" */ '../run/token-once.js');
    // What takes custody is released by a later login. That of an application is made with a client secret.
    const { auth, application } = inputs.login;
    const needsTwo = pam + dynamic > 0 && auth.method === 'oidc' && application === undefined;
    const { secrets, isOnce } = await withVault(
      context,
      { inputs: safe > 0 ? ownLogin(inputs) : inputs, connection: run.connection(), keys: run.keys },
      async ({ client }) => {
        const list = () => client.listSecrets();
        return {
          secrets:
            safe > 0 ? await (await loadSafe()).fetchSafe(inputs.requests, client, list) : await list(),
          isOnce: needsTwo && (await isTokenForOnce(client.session)),
        };
      },
    );
    lines.push('The login succeeded.', ...listingLines(secrets, safe > 0));
    problems.push(...unmet(context, inputs, secrets));
    if (pam > 0) lines.push('PAM credentials were not checked: reading one takes custody of it.');
    if (dynamic > 0)
      lines.push(
        'Dynamic secrets were only looked for in the list: a request makes the vault provision them.',
      );
    if (isOnce) lines.push(TOKEN_ONCE);
  }
  // The list shows how to mend a request, so it is printed before the problems.
  if (problems.length === 0) lines.push('No problems found.');
  const text = `${lines.join('\n')}\n`;
  signals.cease();
  if (signals.stop.aborted || !writeNow(1, text)) {
    const { writeTo } = await import(/* webpackMode: "eager" */ '../write.js');
    await writeTo(world.stdout, text);
  }
  throwIfAny(problems);
  return 0;
}

/** An application is of DSM: MySafe is used under the login that is configured. */
function ownLogin(inputs: Inputs): Inputs {
  return { ...inputs, login: { ...inputs.login, application: undefined } };
}

const loadSafe = () => import(/* webpackMode: "eager" */ '../../core/job/mysafe/fetch-safe.js');
