import { Secret } from '../../core/secret.js';
import type { FileEntry } from './file.js';

/** A list of variables or secrets, as GitHub or GitLab gives it to a program. */
export interface ExportRows {
  /** Where the list is in the document: at its top, or under this name. */
  readonly under: string | undefined;
  readonly rows: readonly Omit<FileEntry, 'line'>[];
  /** What remains to be done after its values moved. */
  readonly note: string;
}

type Row = Readonly<Record<string, unknown>>;

/** What `gh secret list --json` and the REST API of GitHub say of a secret, whose value they never give. */
const OF_GITHUB_SECRET = new Set([
  'name',
  'updatedAt',
  'visibility',
  'numSelectedRepos',
  'selectedReposURL',
  'created_at',
  'updated_at',
  'selected_repositories_url',
]);

const GITHUB_NOTE =
  'GitHub still has the variables. Delete each when no job reads it any more: gh variable delete NAME';
const GITLAB_NOTE =
  'GitLab still has the variables. Delete each when no job reads it any more: glab variable delete KEY';

/**
 * What GitLab may replace in a value that is not raw: a runner also takes `$1` and `$?` for variables, and GitLab itself
 * `%NAME%`.
 *
 * Source: os.Expand of Go, as gitlab-runner calls it; ExpandVariables of GitLab.
 */
const EXPANDED = /\$|%%|%[A-Za-z_]\w*%/;

/**
 * The rows of an export; undefined for any other document.
 *
 * Source: `gh variable list --json name,value` and `gh secret list --json name,updatedAt` of GitHub CLI, "List repository
 * variables" and "List repository secrets" of the REST API of GitHub; GET /projects/:id/variables of GitLab.
 */
export function exportRows(data: unknown): ExportRows | undefined {
  const inside = isRow(data) ? ['variables', 'secrets'].find((name) => Array.isArray(data[name])) : undefined;
  const isListing = isRow(data) && typeof data['total_count'] === 'number';
  const list = Array.isArray(data)
    ? data
    : isRow(data) && isListing && inside !== undefined
      ? data[inside]
      : [];
  const rows: readonly unknown[] = Array.isArray(list) ? list : [];
  if (rows.length === 0 || !rows.every(isRow)) return undefined;
  const under = Array.isArray(data) ? undefined : inside;
  if (rows.every(isGitLab)) return { under, rows: rows.map(gitLabRow), note: GITLAB_NOTE };
  if (rows.every(isGitHubVariable)) return { under, rows: rows.map(gitHubVariable), note: GITHUB_NOTE };
  if (rows.every(isGitHubSecret)) return { under, rows: rows.map(gitHubSecret), note: '' };
  return undefined;
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isGitLab(row: Row): boolean {
  return typeof row['key'] === 'string' && typeof row['variable_type'] === 'string' && 'value' in row;
}

/** A variable of an environment is one of another name, since each can have its own value. */
function gitLabRow(row: Row): Omit<FileEntry, 'line'> {
  const [key, value, scope] = [row['key'], row['value'], row['environment_scope']].map((each) =>
    typeof each === 'string' ? each : '',
  );
  const isEverywhere = scope === '' || scope === '*';
  const isFile = row['variable_type'] === 'file';
  const isHidden = row['value'] === null || row['hidden'] === true;
  const isExpanded = row['raw'] !== true && EXPANDED.test(value ?? '');
  const hint = isHidden
    ? 'hidden in GitLab'
    : row['masked'] === true
      ? 'masked in GitLab'
      : isFile && !isCertificate(value ?? '')
        ? 'a file, which GitLab cannot mask'
        : undefined;
  return {
    name: isEverywhere ? (key ?? '') : `${(scope ?? '').replaceAll(/[^\w.-]+/g, '-')}.${key}`,
    value: new Secret(value ?? ''),
    stays: isHidden
      ? 'GitLab does not give its value: write it with secret put'
      : isExpanded
        ? 'GitLab replaces variables in it: write it with secret put'
        : '',
    ...(hint === undefined ? {} : { hint }),
  };
}

function isCertificate(text: string): boolean {
  return text.includes('-----BEGIN CERTIFICATE-----') && !text.includes('PRIVATE KEY-----');
}

function isGitHubVariable(row: Row): boolean {
  return typeof row['name'] === 'string' && typeof row['value'] === 'string';
}

function gitHubVariable(row: Row): Omit<FileEntry, 'line'> {
  return { name: String(row['name']), value: new Secret(String(row['value'])), stays: '' };
}

function isGitHubSecret(row: Row): boolean {
  return typeof row['name'] === 'string' && Object.keys(row).every((key) => OF_GITHUB_SECRET.has(key));
}

function gitHubSecret(row: Row): Omit<FileEntry, 'line'> {
  return {
    name: String(row['name']),
    value: new Secret(''),
    stays: 'GitHub never gives its value: write it with secret put',
    hint: 'a secret of GitHub',
  };
}
