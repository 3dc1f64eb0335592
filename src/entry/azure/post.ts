import { severityIn } from '../../core/job/severity.js';
import { endUnloaded } from './load-failure.js';

// An agent runs this after every job, most often with nothing to do: then nothing more is evaluated.
const state = process.env['VSTS_TASKVARIABLE_SEGURA_LEDGER'] ?? '';
if (state !== '') {
  // Read before the library is loaded, which takes the state out of the environment.
  const isFailure = severityIn(state) === 'fail';
  import(/* webpackMode: "eager" */ './release.js').catch((error: unknown) => {
    endUnloaded(
      {
        code: 'RELEASE_FAILED',
        what: 'The code that releases custody cannot be loaded',
        error,
        remedy:
          'Release in the vault by hand what this job holds, and let the agent write to its temporary folder (Agent.TempDirectory).',
      },
      isFailure ? 'Failed' : 'SucceededWithIssues',
    );
  });
}
