import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  isOutputName,
  isReserved,
  isSteering,
  isVariableName,
  labelled,
} from '../../../../src/core/requests/variable-names.js';

const RESERVED =
  `PATH PATHEXT NODE_OPTIONS NODE_EXTRA_CA_CERTS NODE_TLS_REJECT_UNAUTHORIZED LD_PRELOAD LD_LIBRARY_PATH
  LD_AUDIT LD_ANYTHING DYLD_INSERT_LIBRARIES BASH_ENV ENV IFS PS4 PROMPT_COMMAND SHELLOPTS BASHOPTS PYTHONPATH
  PYTHONSTARTUP PERL5OPT PERL5LIB RUBYOPT JAVA_TOOL_OPTIONS _JAVA_OPTIONS MAVEN_OPTS GIT_SSH_COMMAND GIT_CONFIG_COUNT
  GIT_CONFIG_GLOBAL GIT_EXEC_PATH GIT_ASKPASS SSH_ASKPASS EDITOR HTTP_PROXY HTTPS_PROXY NO_PROXY ALL_PROXY
  GITHUB_TOKEN GITHUB_ENV RUNNER_TEMP ACTIONS_RUNTIME_TOKEN INPUT_URL STATE_SEGURA_LEDGER CI CI_JOB_ID SYSTEM_DEBUG
  AGENT_NAME BUILD_ID DOCKER_HOST`.split(/\s+/);

test.each(RESERVED)('%s is reserved in any case', (name) => {
  expect(
    [name, name.toLowerCase(), `${name.charAt(0).toLowerCase()}${name.slice(1)}`].map(isReserved),
  ).toEqual([true, true, true]);
});

test.each([
  'DB_PASSWORD',
  'PATHS',
  'MY_PATH',
  'LD',
  'GITHUBTOKEN',
  'CIRCLE',
  'ENVIRONMENT',
  'INPUT',
  'TOKEN',
])('%s is not reserved', (name) => {
  expect(isReserved(name)).toBe(false);
});

const STEERING = `GIT_SSL_NO_VERIFY PIP_INDEX_URL PIP_EXTRA_INDEX_URL LUA_INIT LUA_INIT_5_4 PYTHONBREAKPOINT
  PYTHONHTTPSVERIFY OPENSSL_MODULES OPENSSL_ENGINES OPENSSL_CONF CARGO_BUILD_RUSTC_WRAPPER CARGO_HTTP_CAINFO NODE_DEBUG
  NODE_DEBUG_NATIVE npm_config_registry CURL_HOME GOFLAGS GOPROXY GONOSUMDB GOTOOLCHAIN GOAUTH UV_INDEX_URL
  YARN_NPM_REGISTRY_SERVER POETRY_REPOSITORIES_X_URL BUNDLE_MIRROR__ALL GLIBC_TUNABLES LOCPATH MALLOC_TRACE ZDOTDIR
  SSLKEYLOGFILE AWS_CA_BUNDLE VAULT_SKIP_VERIFY FTP_PROXY GIT_TRACE GIT_HTTP_PROXY_AUTHMETHOD CC CXX CMAKE_CXX_COMPILER_LAUNCHER
  RUSTFLAGS CLASSPATH JDK_JAVAC_OPTIONS DOTNET_ADDITIONAL_DEPS CORECLR_PROFILER COMPlus_Version PHPRC R_PROFILE_USER
  ERL_FLAGS JULIA_LOAD_PATH PERL_MB_OPT PERLLIB RUBYPATH GEM_HOME COMPOSER_HOME NUGET_PACKAGES MAVEN_ARGS
  GRADLE_USER_HOME XDG_CONFIG_HOME APPDATA USERPROFILE LESSOPEN MANPAGER SUDO_ASKPASS BROWSER TAR_OPTIONS PSQLRC
  AWS_CONFIG_FILE TF_CLI_ARGS_apply ANSIBLE_LIBRARY HELM_PLUGINS DOCKER_CONFIG SSH_AUTH_SOCK`.split(/\s+/);

test.each(STEERING)('%s steers programs in any case, with a dot for each underscore too', (name) => {
  const spellings = [name, name.toLowerCase(), name.toUpperCase(), name.replaceAll('_', '.')];
  expect(spellings.map(isSteering)).toEqual([true, true, true, true]);
});

test('a name that is reserved steers programs', () => {
  expect(RESERVED.filter((name) => !isSteering(name))).toEqual([]);
});

const LOGINS =
  `AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN NPM_TOKEN NODE_AUTH_TOKEN CARGO_REGISTRY_TOKEN
  CARGO_REGISTRIES_MINE_TOKEN UV_PUBLISH_TOKEN UV_INDEX_MINE_PASSWORD PIP_PASSWORD TWINE_USERNAME TWINE_PASSWORD
  POETRY_PYPI_TOKEN_MINE POETRY_HTTP_BASIC_MINE_PASSWORD YARN_NPM_AUTH_TOKEN NUGET_API_KEY GEM_HOST_API_KEY
  RUBYGEMS_API_KEY BUNDLE_RUBYGEMS__PKG__GITHUB__COM COMPOSER_AUTH HOMEBREW_GITHUB_API_TOKEN CONAN_PASSWORD_MINE
  GIT_TOKEN GIT_PASSWORD GIT_USERNAME GIT_SSH_KEY GIT_SSH_PRIVATE_KEY GH_TOKEN DOCKER_PASSWORD DOCKER_AUTH_CONFIG
  KUBECONFIG PGPASSWORD PGHOST MYSQL_PWD TF_VAR_db_password TF_TOKEN_app_terraform_io VAULT_TOKEN VAULT_ADDR
  ANSIBLE_VAULT_PASSWORD SSH_PRIVATE_KEY SSL_CERT SSL_KEY MAVEN_USERNAME MAVEN_PASSWORD GOOGLE_APPLICATION_CREDENTIALS
  ORG_GRADLE_PROJECT_signingKey PULUMI_ACCESS_TOKEN SONAR_TOKEN username password USER host port link url path_name`.split(
    /\s+/,
  );

test.each(LOGINS)('%s is an ordinary name', (name) => {
  expect([name, name.toLowerCase(), name.toUpperCase()].map(isSteering)).toEqual([false, false, false]);
});

test.each([
  ['', 'my-key', 'my_key'],
  ['P_', 'my key', 'P_my_key'],
  ['', '1st', '_st'],
  ['P_', '1st', 'P_1st'],
  ['', 'ção', '__o'],
  ['', '\u{1f600}', '_'],
  ['', 'A=B\nC<<D', 'A_B_C__D'],
  ['', '\ud800x', '_x'],
])('prefix %j and label %j make %s', (prefix, label, name) => {
  expect(labelled(prefix, label)).toBe(name);
});

test('every label that is not empty makes a legal name', () => {
  void fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), (label) => {
      expect(isVariableName(labelled('', label))).toBe(true);
      expect(isOutputName(labelled('', label))).toBe(true);
    }),
  );
});

test('a hyphen is legal in an output and in no variable', () => {
  expect(isOutputName('my-name')).toBe(true);
  expect(isVariableName('my-name')).toBe(false);
});

test.each(['', '1X', 'A B', 'A=B', 'A\n', '\nA', 'A<<B', 'é'])('%j is not a valid name', (name) => {
  expect([isOutputName(name), isVariableName(name)]).toEqual([false, false]);
});
