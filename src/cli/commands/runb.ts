import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { SeguraError, throwIfAny } from '../../core/errors.js';
import { type DraftInputs, type Inputs, readInputs } from '../../core/job/inputs.js';
import { readerOfLogin } from '../../core/job/login/login-inputs.js';
import { printable } from '../../core/printable.js';
import { needsOf } from '../../core/requests/claim.js';
import { isVariableName } from '../../core/requests/variable-names.js';
import { secretsOf } from '../../core/vault/auth/auth-settings.js';
import { postVariables } from '../../core/vault/cicd-variables.js';
import { ConnectionCheck } from '../../http/connection-check.js';
import { RUNB_TOOLS, type RunbTool } from '../../platform/formats/runb/tools.js';
import { type Context, openSettings } from '../context.js';
import { endedBySignals } from '../ended-by-signals.js';
import { variableOf } from '../options/options.js';
import type { Settings } from '../options/settings.js';
import { UsageError } from '../options/usage-error.js';
import { keysOf, surroundingsOf } from '../run/connect.js';
import { withVault } from '../run/dsm-login.js';
import { filesUsedTwice } from '../run/files/one-file-twice.js';
import { checkVariables } from '../runb/check-variables.js';
import { contentOf } from '../runb/content.js';
import { deleteProjectVariables, gitlabProjectOf } from '../runb/delete-project-variables.js';
import { readMappingFile } from '../runb/mapping-file.js';
import { checkOutput, writeOutput } from '../write.js';

const DEFAULT_TOOL = 'linux';
const DEFAULT_SECRETS_FILE = '.runb.vars';
/**
 * What `dsm runb` of the vendor does: registers the application, sends the variables that a mapping file names, and
 * writes every secret of the application to a file that the job sources.
 */
export async function runb(context: Context): Promise<number> {
  const { world, terminal } = context;
  const home = world.home === '' ? '' : join(world.home, '.config.yaml');
  const settings = await openSettings(context, existsSync(home) ? home : '');
  if (/^(1|t|true)$/i.test(settings.variable('SENHASEGURA_DISABLE_RUNB'))) {
    terminal.info('SENHASEGURA_DISABLE_RUNB is set: nothing is fetched and no file is written.');
    return 0;
  }
  const tool = toolOf(settings.option('tool') || DEFAULT_TOOL);
  const gitlab = gitlabProjectOf(context, tool);
  const style = { tool, prefixIdentity: prefixIdentityOf(settings) };
  const path = resolve(
    world.directory,
    settings.variable('SENHASEGURA_SECRETS_FILE') || DEFAULT_SECRETS_FILE,
  );
  const keys = await keysOf(world, settings.inputs());
  const check = new ConnectionCheck(surroundingsOf(context), keys);
  const inputs = await inputsOf(context, settings, path, check);
  const mapping = await endedBySignals(context.signals, world.system, () =>
    readMappingFile(context, settings),
  );
  const sent = {
    variables: mapping.variables,
    mapping: mapping.text,
    loginSecrets: secretsOf(inputs.login.auth),
  };
  checkVariables(sent);
  const output = { path, how: 'replace', stop: context.signals.stop } as const;
  checkOutput(output, terminal);

  const { assignments, masks } = await withVault(
    context,
    { inputs, connection: check.connection(), keys },
    async ({ client, pace }) => {
      await postVariables(client.exchange, client.session, sent);
      const content = await pace.through(contentOf(context, inputs, style, await client.listSecrets()));
      throwIfAny(RUNB_TOOLS[tool].check(content.assignments));
      return content;
    },
  );
  // The job must not source an old file, so a file is written even if it is empty.
  await writeOutput(world, RUNB_TOOLS[tool].render(assignments, masks), output);
  for (const { name, source } of assignments)
    terminal.info(`${name}: ready, from ${source}, in ${printable(path)}`);
  if (assignments.length === 0)
    terminal.warning('The vault has no secrets for this authorization, so the file is empty.');
  if (gitlab === undefined) return 0;
  return (await deleteProjectVariables(context, inputs, gitlab, mapping.variables, assignments)) ? 0 : 1;
}

function toolOf(word: string): RunbTool {
  if (Object.hasOwn(RUNB_TOOLS, word)) return word as RunbTool;
  throw new UsageError(
    'There is no such tool.',
    `Write --tool and one of ${Object.keys(RUNB_TOOLS).join(', ')}.`,
  );
}

/** Errors: INPUT_INVALID. */
function prefixIdentityOf(settings: Settings): boolean {
  const key = variableOf('prefix-identity');
  const word = settings.option('prefix-identity') || settings.variable(key);
  if (/^(1|t|true)$/i.test(word)) return true;
  if (/^(0|f|false|)$/i.test(word)) return false;
  throw new SeguraError('INPUT_INVALID', `${key} is "${printable(word)}".`, 'Write true or false.');
}

async function inputsOf(
  context: Context,
  settings: Settings,
  path: string,
  check: ConnectionCheck,
): Promise<Inputs> {
  const raw = { ...settings.inputs(), secrets: '*', credentials: '' };
  const inspect = (unchecked: DraftInputs): SeguraError[] => {
    const problems: SeguraError[] = [...check.problems(unchecked.connection)];
    const output = { what: 'SENHASEGURA_SECRETS_FILE', path, isAppended: false };
    problems.push(
      ...filesUsedTwice({ world: context.world, settings, requests: [], needs: needsOf([], false), output }),
    );
    if (raw.application === '' && raw.system === '' && raw.environment === '') {
      problems.push(
        new SeguraError(
          'INPUT_MISSING',
          'The command runb reads the secrets of an application, but no application is set.',
          'Write -a APPLICATION -s SYSTEM -e ENVIRONMENT.',
        ),
      );
    }
    return problems;
  };
  return readInputs(raw, {}, inspect, isVariableName, { login: await readerOfLogin(raw) });
}
