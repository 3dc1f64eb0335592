// The runner runs this after every job, most often with nothing to do: then nothing more is loaded.
if (process.env['STATE_segura_ledger']) await import(/* webpackIgnore: true */ './release.js');
