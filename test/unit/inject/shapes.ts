/** Files of the shapes that well-known projects have, written for these tests, with places in them. */
export interface Shape {
  readonly path: string;
  readonly text: string;
  /** Places whose value is a text, each with the keys by which another program finds it. */
  readonly places: readonly (readonly [place: string, keys: readonly string[], document?: number])[];
}

const COMPOSE: Shape = {
  path: 'compose.yaml',
  text: `# The stack
x-common: &common
  restart: always   # keep it
  environment: &env
    LOG_LEVEL: info
    DB_PASSWORD: 'old'
services:
  db:
    image:   "postgres:16"
    environment: {POSTGRES_USER: app,   POSTGRES_PASSWORD: changeme }
    ports: [ "5432:5432",   5433 ]
  web:
    <<: *common
    command: >-
      run
      --fast
    environment:
      <<: *env
      TOKEN: |  # replaced at deployment
        first line

        last line

      EMPTY:
      MODE: 0o17
      OCTAL: 010
      WHEN: 2024-01-01
`,
  places: [
    ['/x-common/environment/DB_PASSWORD', ['x-common', 'environment', 'DB_PASSWORD']],
    ['/services/db/environment/POSTGRES_PASSWORD', ['services', 'db', 'environment', 'POSTGRES_PASSWORD']],
    ['/services/db/image', ['services', 'db', 'image']],
    ['/services/db/ports/1', ['services', 'db', 'ports', '1']],
    ['/services/web/command', ['services', 'web', 'command']],
    ['/services/web/environment/TOKEN', ['services', 'web', 'environment', 'TOKEN']],
    ['/services/web/environment/EMPTY', ['services', 'web', 'environment', 'EMPTY']],
    ['/services/web/environment/OCTAL', ['services', 'web', 'environment', 'OCTAL']],
  ],
};

const HELM: Shape = {
  path: 'deploy/values.yml',
  text: `replicaCount: 2
auth:
- name: admin
  password: &pw "x"   # also below
- {name: reader, password: *pw}
annotations: {}
---
# second document
auth:
  "quoted key": 'it''s'
  a/b: ~
  secret: !!str
  list:
  -
  - two words
...
`,
  places: [
    ['/replicaCount', ['replicaCount']],
    ['/auth/0/password', ['auth', '0', 'password']],
    ['[1]/auth/quoted key', ['auth', 'quoted key'], 1],
    ['/auth/a~1b', ['auth', 'a/b'], 1],
    ['/auth/secret', ['auth', 'secret'], 1],
    ['/auth/list/0', ['auth', 'list', '0'], 1],
    ['/auth/list/1', ['auth', 'list', '1'], 1],
  ],
};

const APPSETTINGS: Shape = {
  path: 'appsettings.Production.json',
  text: `{
  "Logging": { "LogLevel": { "Default":"Information" } },
  "ConnectionStrings": {
    "Main" : "Server=db;Password=old\\u0021"
  },
  "Stripe": {"Key": null, "Retries": 1.0, "Modes": [ true,false , "x" ]},
  "a/b": {"~": ""}
}
`,
  places: [
    ['/ConnectionStrings/Main', ['ConnectionStrings', 'Main']],
    ['/Stripe/Key', ['Stripe', 'Key']],
    ['/Stripe/Modes/2', ['Stripe', 'Modes', '2']],
    ['/a~1b/~0', ['a/b', '~']],
  ],
};

const TSCONFIG: Shape = {
  path: 'tsconfig.json',
  text: `// The compiler
{
	"compilerOptions": {
		"target": "es2022", // not older
		/* where */ "outDir": "build",
		"paths": { "@/*": ["./src/*",], },
	},
}
`,
  places: [
    ['/compilerOptions/target', ['compilerOptions', 'target']],
    ['/compilerOptions/outDir', ['compilerOptions', 'outDir']],
    ['/compilerOptions/paths/@~1*/0', ['compilerOptions', 'paths', '@/*', '0']],
  ],
};

const WEB_XML: Shape = {
  path: 'web.xml',
  text: `<?xml version="1.0" encoding="UTF-8"?>
<!-- <password>no</password> -->
<web-app xmlns="https://jakarta.ee/xml/ns/jakartaee"
         xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"   version='6.0'>
  <context-param>
    <param-name>db.password</param-name>
    <param-value>old &amp; worn</param-value>
  </context-param>
  <context-param><param-name>cdata</param-name><param-value><![CDATA[a < b]]></param-value></context-param>
  <context-param><param-name>empty</param-name><param-value/></context-param>
  <resource name = "pool"   password='o"ld'
            url="jdbc:x" />
</web-app>
`,
  places: [
    [
      `//j:context-param[j:param-name='db.password']/j:param-value`,
      [`//*[local-name()='param-value'][1][../*[.='db.password']]`],
    ],
    [`//j:context-param[2]/j:param-value`, [`//*[local-name()='param-value'][../*[.='cdata']]`]],
    [`//j:context-param[3]/j:param-value`, [`//*[local-name()='param-value'][../*[.='empty']]`]],
    ['/j:web-app/j:resource/@password', [`//@password`]],
    ['/j:web-app/j:resource/@url', [`//@url`]],
  ],
};

const SERVER_XML: Shape = {
  path: 'server.xml',
  text: `<Server port="8005">
  <Service name="Catalina">
    <Connector port='8080'/>
    <Connector port='8443' keystorePass="changeit" SSLEnabled="true"/>
    <note>text</note>
  </Service>
</Server>`,
  places: [
    [`//Connector[@port='8443']/@keystorePass`, [`//@keystorePass`]],
    ['/Server/Service/note', ['//note']],
    ['/Server/Service/note/text()', ['//note']],
    ['/Server/@port', ['/Server/@port']],
  ],
};

const POM: Shape = {
  path: 'pom.xml',
  text: `<project>
    <properties>
        <java.version>21</java.version>
        <db.password></db.password>
    </properties>
</project>
`,
  places: [
    ['/project/properties/java.version', ['/project/properties/java.version']],
    ['/project/properties/db.password', ['/project/properties/db.password']],
  ],
};

const LOG4J: Shape = {
  path: 'log4j.properties',
  text: `# Root logger
! old style
log4j.rootLogger=INFO, file
log4j.appender.mail.password : old
  log4j.appender.file.File   /var/log/app.log
log4j.appender.file.layout.pattern=%d{ISO8601} \\
    %-5p \\
    %m%n
key\\ with\\:odd\\=chars = \\u00e9\\
  more
empty=
none
tail=x`,
  places: [
    ['log4j.rootLogger', ['log4j.rootLogger']],
    ['log4j.appender.mail.password', ['log4j.appender.mail.password']],
    ['log4j.appender.file.File', ['log4j.appender.file.File']],
    ['log4j.appender.file.layout.pattern', ['log4j.appender.file.layout.pattern']],
    ['key with:odd=chars', ['key with:odd=chars']],
    ['empty', ['empty']],
    ['tail', ['tail']],
  ],
};

const CARGO: Shape = {
  path: 'Cargo.toml',
  text: `# A crate
[package]
name = "app"      # the name
version = '0.1.0'
authors = ["a", "b"]
metadata.token = """
multi
line"""

[dependencies]
serde = { version = "1.0", features = ["derive"] }
mask = 0xDEAD_BEEF

[[bin]]
name = "one"
[[bin]]
name = "two"   
[target.'cfg(unix)'.env]
"odd key" = 1979-05-27
`,
  places: [
    ['/package/name', ['package', 'name']],
    ['/package/version', ['package', 'version']],
    ['/package/authors/1', ['package', 'authors', '1']],
    ['/package/metadata/token', ['package', 'metadata', 'token']],
    ['/dependencies/serde/version', ['dependencies', 'serde', 'version']],
    ['/dependencies/mask', ['dependencies', 'mask']],
    ['/bin/1/name', ['bin', '1', 'name']],
    ['/target/cfg(unix)/env/odd key', ['target', 'cfg(unix)', 'env', 'odd key']],
  ],
};

const PHP_INI: Shape = {
  path: 'php.ini',
  text: `; About php.ini
[PHP]
engine = On
memory_limit = 128M
error_log = "/var/log/php.log"
[mysqli]
mysqli.default_pw =
mysqli.default_user="root"
`,
  places: [
    ['/PHP/memory_limit', ['PHP', 'memory_limit']],
    ['/PHP/error_log', ['PHP', 'error_log']],
    ['/mysqli/mysqli.default_pw', ['mysqli', 'mysqli.default_pw']],
    ['/mysqli/mysqli.default_user', ['mysqli', 'mysqli.default_user']],
  ],
};

const DB_INI: Shape = {
  path: 'conf/db.ini',
  text: `# database
[DEFAULT]
retries: 3

[database]
host=db.example.com
password = old ; not a comment
[other]
password: x
long = first
    second
`,
  places: [
    ['/database/host', ['database', 'host']],
    ['/database/password', ['database', 'password']],
    ['/other/password', ['other', 'password']],
    ['/other/long', ['other', 'long']],
  ],
};

/** Nothing in it is taken differently by Python and by PHP. */
const APP_INI: Shape = {
  path: 'app.ini',
  text: `; settings
[app]
name = web
token=old
url = http://old:8080/
[cache]
host: localhost
`,
  places: [
    ['/app/name', ['app', 'name']],
    ['/app/token', ['app', 'token']],
    ['/app/url', ['app', 'url']],
  ],
};

const ENV: Shape = {
  path: '.env',
  text: `# settings
PLAIN=one # comment
export EXPORTED='single # no comment'
DOUBLE="double \\" quote"
MULTI="line 1
NAME=inside
line 3"
  INDENTED = spaced
EMPTY=
NAME=last`,
  places: [
    ['PLAIN', ['PLAIN']],
    ['EXPORTED', ['EXPORTED']],
    ['DOUBLE', ['DOUBLE']],
    ['MULTI', ['MULTI']],
    ['INDENTED', ['INDENTED']],
    ['EMPTY', ['EMPTY']],
    ['NAME', ['NAME']],
  ],
};

export const SHAPES = {
  COMPOSE,
  HELM,
  APPSETTINGS,
  TSCONFIG,
  WEB_XML,
  SERVER_XML,
  POM,
  LOG4J,
  CARGO,
  PHP_INI,
  DB_INI,
  APP_INI,
  ENV,
} as const;
