/**
 * When the job of a CI system ends at the latest, in milliseconds since 1970; undefined where that is not known.
 *
 * Source: GitLab, "Predefined CI/CD variables": CI_JOB_STARTED_AT is ISO 8601, CI_JOB_TIMEOUT is in seconds, from 15.7 on.
 */
export function endOfJob(environment: Readonly<Record<string, string | undefined>>): number | undefined {
  const startedMs = Date.parse(environment['CI_JOB_STARTED_AT'] ?? '');
  const seconds = Number(environment['CI_JOB_TIMEOUT'] || Number.NaN);
  const endsAtMs = startedMs + seconds * 1_000;
  return Number.isFinite(endsAtMs) ? endsAtMs : undefined;
}
