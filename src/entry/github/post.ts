// The runner runs this after every job, most often with nothing to do: then nothing more is loaded. Main writes a state
// before all else, if only an empty one: where there is none, it is lost, and what main took is not known.
if (process.env['STATE_segura_ledger'] !== '') {
  await import(/* webpackIgnore: true */ './release.js');
}
