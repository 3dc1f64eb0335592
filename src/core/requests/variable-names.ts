import { steersPrograms } from './steering-names.js';

/**
 * Environment variables that steer programs instead of informing them: a loader, an interpreter, git, a proxy, or the
 * runner itself. No request may set them, not even one that writes the name out. `_*` at the end stands for any ending.
 */
const RESERVED = `
  PATH PATHEXT COMSPEC HOME SHELL IFS ENV BASH_ENV BASH_FUNC_* PS4 PROMPT_COMMAND SHELLOPTS BASHOPTS CDPATH TMPDIR
  LD_* DYLD_* GCONV_PATH NODE_OPTIONS NODE_PATH NODE_EXTRA_CA_CERTS NODE_TLS_REJECT_UNAUTHORIZED NODE_USE_ENV_PROXY
  NPM_CONFIG_* PYTHONPATH PYTHONHOME PYTHONSTARTUP PYTHONINSPECT PERL5OPT PERL5LIB PERL5DB RUBYOPT RUBYLIB
  JAVA_TOOL_OPTIONS _JAVA_OPTIONS JDK_JAVA_OPTIONS MAVEN_OPTS GRADLE_OPTS DOTNET_STARTUP_HOOKS
  COR_PROFILER COR_PROFILER_PATH COR_ENABLE_PROFILING CORECLR_* PSMODULEPATH MAKEFLAGS GOFLAGS RUSTC_WRAPPER
  GIT_SSH GIT_SSH_COMMAND GIT_CONFIG GIT_CONFIG_* GIT_EXEC_PATH GIT_ASKPASS GIT_EDITOR GIT_PAGER GIT_PROXY_COMMAND
  GIT_EXTERNAL_DIFF GIT_DIR GIT_TEMPLATE_DIR SSH_ASKPASS EDITOR VISUAL PAGER
  HTTP_PROXY HTTPS_PROXY NO_PROXY ALL_PROXY SSL_CERT_FILE SSL_CERT_DIR OPENSSL_CONF CURL_CA_BUNDLE REQUESTS_CA_BUNDLE
  DOCKER_HOST SENHASEGURA_* GITHUB_* RUNNER_* ACTIONS_* INPUT_* STATE_* CI CI_* GITLAB_* SYSTEM_* AGENT_* BUILD_*
`
  .trim()
  .split(/\s+/);

/** True for an environment variable that must not come from a vault, as any system spells it. */
export function isReserved(name: string): boolean {
  const wanted = inEnvironment(name);
  return RESERVED.some((entry) =>
    entry.endsWith('*') ? wanted.startsWith(entry.slice(0, -1)) : wanted === entry,
  );
}

/** True for an environment variable that a vault must not choose the name of; those that are reserved are among them. */
export function isSteering(name: string): boolean {
  return isReserved(name) || steersPrograms(inEnvironment(name));
}

/** Windows ignores case, and an agent of Azure Pipelines writes each dot as `_`. */
function inEnvironment(name: string): string {
  return name.toUpperCase().replaceAll('.', '_');
}

export function isVariableName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
}

/** Output names of a step may hold a hyphen too; variables may not. */
export function isOutputName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_-]*$/.test(name);
}

/** Which names are allowed: those of variables, and others that a platform accepts. */
export type NameRule = (name: string) => boolean;

/** Variables of Azure Pipelines may hold `.` and `-` too. A file of such a name must not end in a dot, for Windows. */
export function isPipelineName(name: string): boolean {
  return /^[A-Za-z_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?$/.test(name);
}

/** Text as a legal variable name, with each illegal character replaced by `_`. */
export function toVariableName(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9_]/gu, '_').replace(/^[0-9]/, '_');
}

/** A label with a prefix, which is legal already, as a legal name; empty when both are. */
export function labelled(prefix: string, label: string): string {
  return prefix === '' ? toVariableName(label) : prefix + label.replaceAll(/[^A-Za-z0-9_]/gu, '_');
}

/** Whether a text begins with one of `prefixes`, without a look at each of them. */
export function beginsWithOneOf(prefixes: Iterable<string>): (text: string) => boolean {
  const all = new Set(prefixes);
  const longest = [...all].reduce((most, { length }) => Math.max(most, length), -1);
  return (text) => {
    for (let end = 0; end <= Math.min(longest, text.length); end += 1)
      if (all.has(text.slice(0, end))) return true;
    return false;
  };
}
