// The runner runs this after every job, most often with nothing to do: then nothing more is loaded. Main writes a state
// before all else, if only an empty one: where there is none, it is lost, and what main took is not known.
if (process.env['STATE_segura_ledger'] !== '') {
  try {
    await import(/* webpackIgnore: true */ './release.js');
  } catch (error) {
    // The code that reports everything else is in the file that did not load. The message of an error may quote anything, its code does not.
    const { code, name } = Object(error);
    console.log(
      `::error title=RELEASE_FAILED::dist/release.js of the action cannot be loaded (${`${code ?? name}`.replace(/\W/g, '')}), so post released nothing. What this job took into custody may still be held.%0ARelease it by hand in the vault. Make sure that no step removes files of the action while the job runs.`,
    );
    process.exitCode = 1;
  }
}
