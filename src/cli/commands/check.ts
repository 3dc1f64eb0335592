import type { DsmSecret } from '../../core/dsm.js';
import { collect, refuse, type SeguraError } from '../../core/errors.js';
import type { Inputs } from '../../core/inputs.js';
import { quote } from '../../core/line.js';
import { bind } from '../../core/mapping.js';
import { printable } from '../../core/printable.js';
import { type Context, openJob } from '../context.js';
import { withVault } from '../with-vault.js';
import { writeTo } from '../write.js';

/** Where and as whom to log in need not be known to judge the text of requests. */
const UNUSED = { url: 'https://vault.invalid', clientId: 'unused', clientSecret: 'unused' };

/** Says what is wrong with the requests. Online it logs in and looks at DSM; it never reads a credential. */
export async function check(context: Context): Promise<number> {
  const { world, arguments: given } = context;
  const isOnline = given.options.has('online');
  const inputs = openJob(context).readInputs(false, isOnline ? {} : UNUSED);
  const dsm = inputs.requests.filter(({ source }) => source.kind === 'dsm');
  const pam = inputs.requests.length - dsm.length;
  const lines = [`DSM requests: ${dsm.length}`, `PAM requests: ${pam}`];
  if (isOnline) {
    const secrets = await withVault(context, inputs, (login) => login.secrets());
    lines.push('The login succeeded.', ...describe(secrets));
    refuse(unmet(inputs, secrets));
    if (pam > 0) lines.push('PAM credentials were not looked at: reading one takes custody of it.');
  }
  await writeTo(world.stdout, `${[...lines, 'Nothing was found wrong.'].join('\n')}\n`);
  return 0;
}

/** The identities and the names of their fields; no value is looked at. */
function describe(secrets: readonly DsmSecret[]): string[] {
  if (secrets.length === 0) return ['DSM shows this authorization no secret.'];
  return [
    'DSM shows this authorization:',
    ...secrets.flatMap(({ identity, maps }) =>
      maps.map((map, index) => {
        const at = maps.length === 1 ? '' : `[${index}]`;
        const labels = [...map.keys()].map((label) => printable(quote(label)));
        return `  ${printable(quote(identity))}${at}: ${labels.join(', ')}`;
      }),
    ),
  ];
}

function unmet({ requests, exportEnv }: Inputs, secrets: readonly DsmSecret[]): SeguraError[] {
  const problems: SeguraError[] = [];
  const dsm = requests.filter(({ source }) => source.kind === 'dsm');
  collect(problems, () => bind(dsm, secrets, new Map(), exportEnv, problems));
  return problems;
}
