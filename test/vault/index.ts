import { type ClientKeys, clientKeys, currentPassword, namedAuthorization, secretValue } from './clients.js';
import type { Authorization, VaultData } from './data.js';
import type { Faults } from './faults.js';
import type { Journal } from './journal.js';
import { knownSecrets } from './leaks.js';
import type { Lease } from './leases.js';
import { settle, type VaultOptions } from './options.js';
import { listen } from './server.js';
import { createWorld } from './world.js';

export type { ClientKeys } from './clients.js';
export type * from './data.js';
export type { Fault, FaultRule } from './faults.js';
export type { JournalEntry } from './journal.js';
export type { Dialect, VaultOptions } from './options.js';
export { sampleData } from './sample.js';
export type { Faults, Journal, VaultData };

export interface Vault {
  /** With the base path, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** PEM of the CA that signs the leaf. Empty text when TLS is off. */
  readonly caCertificate: string;
  readonly journal: Journal;
  readonly faults: Faults;
  /** The live data: a change counts from the next request on. */
  readonly data: VaultData;
  /** The keys of the sample's authorizations; with data of your own use `client(name)`. */
  readonly clients: { readonly ci: ClientKeys; readonly other: ClientKeys };
  /** The keys of the authorization of that name. Throws when there is none. */
  client(name: string): ClientKeys;
  /** The live authorization of that name: a change counts from the next request on. Throws when there is none. */
  authorization(name: string): Authorization;
  /** The present value of a DSM secret's label. Throws when there is none. */
  value(identity: string, label: string): string | null;
  /** The present password of a credential. Throws when there is none. */
  password(credentialId: string | number): string;
  /** PKCS#8 PEM that opens values sent encrypted (RSA-OAEP, SHA-1) to the authorization of that name, or to `ci`. */
  privateKey(name?: string): string;
  custodies(): { credentialId: string; holder: string; since: number }[];
  /** Credential ids ever taken through the wire, each once, in order. */
  everTaken(): string[];
  /** Custody held by another client; `holder` is any text, or a client id. */
  holdBy(credentialId: string, holder: string): void;
  releaseBy(credentialId: string, holder: string): void;
  /** What was provisioned and lasts. */
  leases(): readonly Lease[];
  /** Every lease that was ever made, in order. */
  everLeased(): readonly Lease[];
  /** Every secret of the data (earlier versions too), client secret, token and signature ever issued. */
  secretValues(): string[];
  /** Resolves when no request and no delayed work is left. */
  settled(): Promise<void>;
  /** TCP connections accepted so far. */
  connections(): number;
  /** At once: sockets are destroyed, delayed work is dropped. */
  close(): Promise<void>;
}

/** A vault on loopback that keeps custody, policies, expiry and versions as the sources say. */
export async function startVault(options: VaultOptions = {}): Promise<Vault> {
  const settings = settle(options);
  const world = createWorld(settings);
  const listening = await listen(world);
  const client = (name: string): ClientKeys => clientKeys(world.data, name);
  return {
    url: listening.url,
    port: listening.port,
    caCertificate: listening.caCertificate,
    journal: world.journal,
    faults: world.faults,
    data: world.data,
    clients: {
      get ci() {
        return client('ci');
      },
      get other() {
        return client('other');
      },
    },
    client,
    authorization: (name) => namedAuthorization(world.data, name),
    value: (identity, label) => secretValue(world.data, identity, label),
    password: (credentialId) => {
      world.applyDueChanges();
      return currentPassword(world.data, String(credentialId));
    },
    privateKey: (name = 'ci') => world.cipher.privateKey(namedAuthorization(world.data, name)),
    custodies: () => {
      world.applyDueChanges();
      return world.custody.list();
    },
    everTaken: () => world.custody.everTaken(),
    holdBy: (credentialId, holder) => world.custody.hold(credentialId, holder),
    releaseBy: (credentialId, holder) => {
      world.custody.release(credentialId, holder);
    },
    leases: () => world.leases.list(),
    everLeased: () => world.leases.everMade(),
    secretValues: () => knownSecrets(world),
    settled: () => world.work.settled(),
    connections: () => listening.connections(),
    close: () => listening.close(),
  };
}
