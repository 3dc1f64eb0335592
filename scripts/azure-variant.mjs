// Changes the manifests of the Azure DevOps extension: for another publisher, or for a variant to install beside the first.
import { createHash } from 'node:crypto';

/** The namespace for names that are addresses. Source: RFC 9562, 6.6. */
const URL_NAMESPACE = '6ba7b811-9dad-11d1-80b4-00c04fd430c8';

/** The valid values of each option, as a pattern and in words. */
const RULES = {
  publisher: [/^[a-z0-9][a-z0-9-]*$/i, 'letters, digits and hyphens, no hyphen first'],
  'connection-type': [/^[a-z0-9]+$/i, 'letters and digits'],
  patch: [/^\d{1,9}$/, 'a number'],
  output: [/\S/, 'a folder'],
};

/** One line that says what is wrong with the options; undefined when nothing is. */
export function faultOf(options) {
  for (const [name, [pattern, what]] of Object.entries(RULES)) {
    const value = options[name];
    if (value !== undefined && !pattern.test(value))
      return `--${name} has to be ${what}, not ${JSON.stringify(value)}.`;
  }
  const { repository } = options;
  if (repository !== undefined && !isHttps(repository))
    return `--repository has to be an https URL, not ${JSON.stringify(repository)}.`;
  return undefined;
}

function isHttps(text) {
  return /^https:\/\/[^\s\\]+$/i.test(text) && URL.canParse(text);
}

/**
 * Makes of the two manifests and the resource files, as objects, those that the options ask for.
 *
 * An organization refuses a second task of the same id, and a gallery a second service connection type of the same name.
 */
export function vary(extension, task, languages, options) {
  const endpoint = extension.contributions[1].properties;
  if (options['connection-type'] !== undefined) endpoint.name = options['connection-type'];
  if (options.publisher !== undefined) extension.publisher = options.publisher;
  if (options.dev) {
    extension.id += '-dev';
    extension.name += ' (dev)';
    for (const contribution of extension.contributions) contribution.id += '-dev';
    endpoint.name += 'Dev';
    endpoint.displayName += ' (dev)';
    task.id = taskIdOf(extension, task.name);
    task.name += 'Dev';
    task.friendlyName += ' (dev)';
    for (const strings of languages) strings['loc.friendlyName'] += ' (dev)';
  }
  task.inputs[0].type = `connectedService:${endpoint.name}`;
  if (options.patch !== undefined) {
    task.version.Patch = Number(options.patch);
    extension.version = extension.version.replace(/\d+$/, String(task.version.Patch));
  }
  if (options.repository !== undefined) {
    extension.repository = { type: 'git', uri: options.repository };
    extension.links = { support: { uri: `${options.repository.replace(/\/$/, '')}/issues` } };
  }
}

/** A text in which users read the name of the task, and of the service connection type as they are shown it: the variant's. */
export function varyText(text, { dev }) {
  return dev
    ? text
        .replaceAll('SeguraSecrets@', 'SeguraSecretsDev@')
        .replaceAll('*Segura vault*', '*Segura vault (dev)*')
    : text;
}

/** The same for the same publisher, extension and task, and for no other: a UUID of version 5 in one of the extension. */
function taskIdOf({ publisher, id }, taskName) {
  const page = `https://marketplace.visualstudio.com/items?itemName=${publisher}.${id}`;
  return uuid5(taskName, uuid5(page, URL_NAMESPACE));
}

function uuid5(name, namespace) {
  const bytes = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name)
    .digest()
    .subarray(0, 16);
  bytes[6] = (bytes[6] & 0x0f) | 0x50;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
