type Environment = Readonly<Record<string, string | undefined>>;

const MAX_LENGTH = 100;

/**
 * Which run of which project this is, in the words of its CI system: `github; owner/repo; run 123/1`. Empty outside one.
 *
 * It tells the vault's log whose request it was, and decides nothing. Source: docs.github.com, "Default environment
 * variables"; docs.gitlab.com, "Predefined CI/CD variables"; learn.microsoft.com, "Use predefined variables".
 */
export function runLabelOf(environment: Environment): string {
  const part = (name: string): string => printableAscii(environment[name] ?? '');
  const label = (system: string, place: string, run: string): string =>
    [system, place, run].filter((text) => text !== '').join('; ');
  if (isTrue(environment['GITHUB_ACTIONS'])) {
    const attempt = part('GITHUB_RUN_ATTEMPT');
    return label(
      'github',
      part('GITHUB_REPOSITORY'),
      numbered('run', part('GITHUB_RUN_ID'), attempt === '' ? '' : `/${attempt}`),
    );
  }
  if (isTrue(environment['GITLAB_CI']))
    return label('gitlab', part('CI_PROJECT_PATH'), numbered('job', part('CI_JOB_ID')));
  if (isTrue(environment['TF_BUILD']))
    return label('azure', part('SYSTEM_TEAMPROJECT'), numbered('build', part('BUILD_BUILDID')));
  return '';
}

function numbered(what: string, number: string, after = ''): string {
  return number === '' ? '' : `${what} ${number}${after}`;
}

function isTrue(value = ''): boolean {
  return /^true$/i.test(value);
}

/** The useful characters that a header comment may contain without an escape (RFC 9110 section 5.6.5). */
function printableAscii(text: string): string {
  return text.replaceAll(/[^\w./@:+~-]/g, '_').slice(0, MAX_LENGTH);
}
