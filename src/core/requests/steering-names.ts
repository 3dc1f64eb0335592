/**
 * Further environment variables that change how programs run, by family, besides those that variable-names.ts reserves. A
 * vault must not set them through a wildcard. A user who writes one out gets a warning.
 *
 * `*` stands for any characters, but never at the start: with a prefix of the user, every name is allowed. A pattern is used
 * if the program reads each name with that prefix as a setting. Otherwise the names are written out, so that the names of
 * ordinary secrets stay allowed. The list cannot be complete.
 */
const FAMILIES: Readonly<Record<string, string>> = {
  // glibc, sysdeps/generic/unsecvars.h; sudo, plugins/sudoers/env.c (initial_badenv_table); ld.so(8), musl ldso/dynlink.c
  loader: `_RLD* LDR_* LIBPATH SHLIB_PATH GLIBC_TUNABLES GETCONF_DIR HOSTALIASES LOCALDOMAIN RES_OPTIONS RESOLV_*
    LOCPATH PATH_LOCALE NLSPATH NIS_PATH MALLOC_* TZDIR KRB5_CONFIG* KRB5_KTNAME TERMINFO* TERMCAP TERMPATH`,
  // bash(1), zshparam(1), ksh(1); about_Environment_Variables of PowerShell; XDG Base Directory Specification
  shell: `PS0 PS1 PS2 PS3 GLOBIGNORE EXECIGNORE BASH_LOADABLES_PATH BASH_XTRACEFD BASH_COMPAT INPUTRC POSIXLY_CORRECT
    ZDOTDIR FPATH MODULE_PATH NULLCMD READNULLCMD TMPPREFIX FCEDIT HISTFILE __PSLOCKDOWNPOLICY PSMODULEANALYSISCACHEPATH
    TMP TEMP USERPROFILE HOMEDRIVE HOMEPATH APPDATA LOCALAPPDATA PROGRAMDATA PROGRAMFILES* SYSTEMROOT WINDIR XDG_*
    MSYS MSYS2_* CYGWIN`,
  // nodejs.org/api/cli.html; docs.deno.com and bun.sh, "Environment variables"
  javascript: `NODE_DEBUG NODE_DEBUG_NATIVE NODE_USE_* NODE_V8_COVERAGE NODE_COMPILE_CACHE* NODE_REDIRECT_WARNINGS
    NODE_REPL_* NODE_ICU_DATA NODE_PENDING_* NODE_PRESERVE_SYMLINKS* NODE_CHANNEL_* NODE_UNIQUE_ID NODE_NO_WARNINGS
    TS_NODE_* ELECTRON_* DENO_* BUN_*`,
  // docs.python.org, "Command line and environment"; perlrun(1); ruby(1); lua(1); php.net, "The configuration file";
  // R, ?Startup; docs.julialang.org, "Environment Variables"; erl(1); tclsh(1); GHC User's Guide; ocamlrun(1)
  interpreter: `PYTHON* PERL* RUBY* LUA_INIT* LUA_PATH* LUA_CPATH* PHPRC PHP_INI_SCAN_DIR R_HOME R_PROFILE R_PROFILE_USER
    R_ENVIRON R_ENVIRON_USER R_LIBS* R_DEFAULT_PACKAGES JULIA_* ERL_* ELIXIR_ERL_OPTIONS TCLLIBPATH GHCRTS OCAMLRUNPARAM CAMLRUNPARAM
    CAML_LD_LIBRARY_PATH GUILE_* AWKPATH AWKLIBPATH`,
  // docs.oracle.com, "The java Command"; learn.microsoft.com, ".NET environment variables" and "Runtime configuration"
  runtime: `CLASSPATH JDK_*_OPTIONS JAVA_OPTS JAVA_HOME JRE_HOME JVM_OPTS _JPI_VM_OPTIONS CATALINA_OPTS SCALA_HOME
    GROOVY_HOME KOTLIN_HOME DOTNET_* COMPLUS_* COR_PROFILER_* COR_ENABLE_* CORECLR_* MSBUILD* MONO_* ASPNETCORE_HOSTINGSTARTUPASSEMBLIES`,
  // The pages on configuration of each: yarnpkg.com, pnpm.io, pip.pypa.io, docs.astral.sh/uv, python-poetry.org,
  // docs.conda.io, doc.rust-lang.org/cargo, go.dev/ref/mod, maven.apache.org, gradle.org, bundler.io, getcomposer.org,
  // learn.microsoft.com/nuget, hex.pm, docs.brew.sh, nix.dev, apt.conf(5)
  'package manager': `YARN_* PNPM_* COREPACK_* NVM_* VOLTA_* PIP_* PIPX_* PIPENV_* UV_* POETRY_* PDM_* HATCH_* CONDA_*
    MAMBA_* VIRTUALENV_* TOX_* PYENV_* RBENV_* CARGO_* RUSTUP_* GOPROXY GONOPROXY GOPRIVATE GOSUMDB GONOSUMDB
    GONOSUMCHECK GOINSECURE GOAUTH GOENV GOROOT GOPATH GOBIN GOTOOLCHAIN GOTOOLDIR GOVCS GOWORK GOCACHEPROG GODEBUG
    GOEXPERIMENT GOMODCACHE GO111MODULE MAVEN_ARGS MAVEN_HOME MAVEN_BASEDIR MAVEN_CONFIG M2_HOME MVNW_* GRADLE_HOME
    GRADLE_USER_HOME ANT_OPTS ANT_ARGS ANT_HOME SBT_OPTS LEIN_* GEM_HOME GEM_PATH GEM_SPEC_CACHE GEMRC BUNDLE_GEMFILE
    BUNDLE_PATH* BUNDLE_BIN* BUNDLE_BUILD__* BUNDLE_MIRROR__* BUNDLE_SSL_* BUNDLE_APP_CONFIG BUNDLE_USER_*
    BUNDLER_VERSION BUNDLER_ORIG_* COMPOSER_* NUGET_* HEX_* MIX_* REBAR_* CPAN* HOMEBREW_* NIX_* APT_CONFIG DPKG_*
    RPM_CONFIGDIR ASDF_* MISE_* CONAN_* VCPKG_*`,
  // openssl-env(7); curl(1); Network Security Services; docs.python-requests.org; docs.aws.amazon.com/cli; grpc, doc/
  // environment_variables.md; developer.hashicorp.com/vault; docs.docker.com, "Protect the Docker daemon socket"
  trust: `SSLKEYLOGFILE OPENSSL_* NIX_SSL_CERT_FILE CURL_SSL_BACKEND AWS_CA_BUNDLE WEBSOCKET_CLIENT_CA_BUNDLE
    GRPC_DEFAULT_SSL_ROOTS_FILE_PATH CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE VAULT_SKIP_VERIFY VAULT_CACERT VAULT_CAPATH
    DOCKER_TLS_VERIFY DOCKER_CERT_PATH DOCKER_CONTENT_TRUST* GNUTLS_* P11_KIT_* NSS_* GNUPGHOME`,
  // curl(1), wget(1), rsync(1); docs.docker.com, "Docker contexts"
  'proxy and connection': `FTP_PROXY RSYNC_PROXY WS_PROXY WSS_PROXY SOCKS_PROXY SOCKS_SERVER RSYNC_RSH
    RSYNC_CONNECT_PROG CURL_HOME WGETRC SYSTEM_WGETRC DOCKER_CONTEXT DOCKER_CONFIG BUILDKIT_HOST CONTAINER_HOST
    CONTAINERS_CONF* SSH_AUTH_SOCK SSH_SK_PROVIDER SSH_ASKPASS_REQUIRE SVN_SSH CVS_RSH HGRCPATH`,
  // git(1), "Environment Variables", and git-config(1)
  git: `GIT_SSH_VARIANT GIT_SSL_* GIT_HTTP_* GIT_PROXY_* GIT_SEQUENCE_EDITOR GIT_WORK_TREE GIT_COMMON_DIR
    GIT_INDEX_FILE GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES GIT_NAMESPACE GIT_CEILING_DIRECTORIES
    GIT_DISCOVERY_ACROSS_FILESYSTEM GIT_ATTR_* GIT_ALLOW_PROTOCOL GIT_PROTOCOL* GIT_TRACE* GIT_CURL_VERBOSE
    GIT_REDIRECT_STD* GIT_TERMINAL_PROMPT GIT_REPLACE_REF_BASE GIT_SHALLOW_FILE GIT_GRAFT_FILE GIT_LFS_*`,
  // make, "Implicit Variables"; gcc, "Environment Variables Affecting GCC"; learn.microsoft.com, "CL environment
  // variables"; cmake-env-variables(7); ccache(1); pkg-config(1); developer.apple.com, xcrun(1)
  compiler: `AR CC CXX CPP FC LD NM CFLAGS CXXFLAGS CPPFLAGS LDFLAGS LDLIBS MAKEFILES GNUMAKEFLAGS MFLAGS
    C_INCLUDE_PATH CPLUS_INCLUDE_PATH OBJC_INCLUDE_PATH CPATH LIBRARY_PATH COMPILER_PATH GCC_EXEC_PREFIX
    CCC_OVERRIDE_OPTIONS _CL_ _LINK_ CMAKE_* CTEST_* CCACHE_* SCCACHE_* DISTCC_* PKG_CONFIG* RUSTC RUSTC_* RUSTFLAGS
    RUSTDOC RUSTDOCFLAGS CGO_* DEVELOPER_DIR SDKROOT TOOLCHAINS NINJA_STATUS`,
  // less(1), man(1), systemd(1), xdg-open(1), sudo(8), vim(1), emacs(1)
  'editor and pager': `LESSOPEN LESSCLOSE LESSKEY* LESSEDIT MANPAGER MANOPT SYSTEMD_PAGER* SYSTEMD_LESS BROWSER
    SUDO_ASKPASS SUDO_EDITOR VIMINIT EXINIT EMACSLOADPATH`,
  // tar(1), xz(1), unzip(1), psql(1), my_print_defaults(1), sqlplus; docs.aws.amazon.com/cli; developer.hashicorp.com,
  // "Environment Variables" of Terraform; docs.ansible.com, "Ansible Configuration Settings"; helm.sh
  tool: `TAR_OPTIONS XZ_OPT XZ_DEFAULTS GZIP BZIP2 UNZIP UNZIPOPT ZIPOPT GREP_OPTIONS PSQLRC PSQL_EDITOR PSQL_PAGER
    PGSYSCONFDIR LIBMYSQL_PLUGIN* ODBCINI ODBCSYSINI TNS_ADMIN SQLPATH AWS_CONFIG_FILE TF_CLI_* TF_DATA_DIR TF_LOG*
    TF_PLUGIN_* TF_REATTACH_PROVIDERS TF_TEMP_LOG_PATH TERRAFORM_CONFIG ANSIBLE_* HELM_PLUGINS HELM_CONFIG_HOME`,
};

/** Names under a prefix of above that hold a login for its program, and steer nothing. */
const LOGINS = `*TOKEN *TOKENS *PASSWORD *PASSWD *PASS *PASSPHRASE *USERNAME *USER *SECRET *_KEY *APIKEY *_AUTH
  *_AUTH_IDENT POETRY_PYPI_TOKEN_* POETRY_HTTP_BASIC_* CONAN_PASSWORD_* CONAN_LOGIN_USERNAME_*`;

const entries = wordsOf(Object.values(FAMILIES).join(' '));
const NAMES = new Set(entries.filter((entry) => !entry.includes('*')));
const isUnderPrefix = matcher(entries.filter((entry) => entry.includes('*')));
const isLogin = matcher(wordsOf(LOGINS));

/** True for a name, in capitals, by which some program takes what to run, whom to trust or where to connect. */
export function steersPrograms(name: string): boolean {
  return NAMES.has(name) || (isUnderPrefix(name) && !isLogin(name));
}

function wordsOf(text: string): string[] {
  return text.trim().split(/\s+/);
}

/** Whether one of the patterns, each with one `*`, matches. A regular expression of them all takes longer to make than all runs. */
function matcher(patterns: readonly string[]): (name: string) => boolean {
  const ends = patterns.map((entry) => entry.split('*'));
  return (name) =>
    ends.some(
      ([start = '', end = '']) =>
        name.length >= start.length + end.length && name.startsWith(start) && name.endsWith(end),
    );
}
