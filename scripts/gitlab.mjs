// Updates the files of gitlab/: writes the version and the SHA-256 of the bundle into both, and copies the shell code of
// the component into the include.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

const COMPONENT = 'gitlab/templates/segura-secrets/template.yml';
const INCLUDE = 'gitlab/include/segura-secrets.gitlab-ci.yml';
const BUNDLE = 'dist/cli/segura-secrets.mjs';

/** A list of scripts in a hidden job: its name, and all that stands deeper, up to the next key or job. */
const SCRIPT = /^ {2}(?:before_|after_)?script:.*\n(?: {4}.*\n|\n(?= {4}))*/gm;

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const sha256 = createHash('sha256').update(readFileSync(BUNDLE)).digest('hex');

const component = stamped(readFileSync(COMPONENT, 'utf8'));
writeFileSync(COMPONENT, component);
writeFileSync(INCLUDE, withScriptsOf(component, stamped(readFileSync(INCLUDE, 'utf8'))));

/** The text with the quoted value before each `# stamped: NAME` replaced. */
function stamped(text) {
  return Object.entries({ version, sha256 }).reduce(
    (result, [name, value]) =>
      result.replaceAll(new RegExp(`"[^"]*"(?= # stamped: ${name}$)`, 'gm'), `"${value}"`),
    text,
  );
}

/** The include with each script list replaced by the one of the same place in the component. */
function withScriptsOf(source, target) {
  const scripts = source.matchAll(SCRIPT);
  return target.replaceAll(SCRIPT, () => scripts.next().value[0]);
}
