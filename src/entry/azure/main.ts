import { endUnloaded } from './load-failure.js';

// The rest is loaded here, and not by an import above, so that there is someone to say why that fails.
import(/* webpackMode: "eager" */ './fetch.js').catch((error: unknown) => {
  endUnloaded(
    {
      code: 'PLATFORM_UNSUPPORTED',
      what: 'The task cannot be loaded',
      error,
      remedy: 'Let the agent write to its temporary folder (Agent.TempDirectory), or update the agent.',
    },
    'Failed',
  );
});
