import type { NounName } from './nouns.js';
import type { Verb } from './verb.js';

/** Each noun is in the same file, and is evaluated when it is used. */
export const LOAD: Readonly<Record<NounName, () => Promise<Readonly<Record<string, Verb>>>>> = {
  application: async () =>
    (await import(/* webpackMode: "eager" */ './application/verbs.js')).APPLICATION_VERBS,
  secret: async () => (await import(/* webpackMode: "eager" */ './secret/verbs.js')).SECRET_VERBS,
  device: async () => (await import(/* webpackMode: "eager" */ './device/verbs.js')).DEVICE_VERBS,
  'ssh-key': async () => (await import(/* webpackMode: "eager" */ './ssh-key/verbs.js')).SSH_KEY_VERBS,
  mysafe: async () => (await import(/* webpackMode: "eager" */ './mysafe/verbs.js')).MYSAFE_VERBS,
  info: async () => (await import(/* webpackMode: "eager" */ './info/verbs.js')).INFO_VERBS,
  credential: async () => (await import(/* webpackMode: "eager" */ './credential/verbs.js')).CREDENTIAL_VERBS,
};
