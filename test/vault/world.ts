import { randomUUID } from 'node:crypto';
import { CHANGE_ENDS_CUSTODY } from './assumptions.js';
import type { Route } from './call.js';
import { Cipher } from './cipher.js';
import { CustodyBook } from './custody.js';
import type { VaultData } from './data.js';
import { Faults } from './faults.js';
import { Issuers } from './issuers.js';
import { Journal } from './journal.js';
import { LeaseBook } from './leases.js';
import type { Settings } from './options.js';
import { changePassword } from './rotation.js';
import { routesFor } from './routes.js';
import { Tokens } from './tokens.js';
import { Work } from './work.js';

/** Everything one vault keeps. */
export interface World {
  readonly settings: Settings;
  readonly routes: readonly Route[];
  readonly data: VaultData;
  readonly tokens: Tokens;
  readonly issuers: Issuers;
  /** Identity tokens that are taken once only: issuer and `jti`. */
  readonly spentTokens: Set<string>;
  readonly custody: CustodyBook;
  readonly leases: LeaseBook;
  readonly journal: Journal;
  readonly faults: Faults;
  readonly cipher: Cipher;
  readonly work: Work;
  /** What the encryption keys of DSM are derived from, by which one vault cannot read the values of another. */
  readonly encryptionSeed: string;
  /** Secrets that are in no data any more or never were: signatures, replaced values, identity tokens. */
  readonly handedOut: Set<string>;
  now(): number;
  /** Changes the passwords whose time has come. */
  applyDueChanges(): void;
}

export function createWorld(settings: Settings): World {
  const now = settings.now;
  const journal = new Journal();
  const custody = new CustodyBook(journal, now);
  const { data } = settings;
  return {
    settings,
    routes: routesFor(settings),
    data,
    tokens: new Tokens(now, settings.tokenLifetimeSeconds),
    issuers: new Issuers(settings.federation.issuers),
    spentTokens: new Set(),
    custody,
    leases: new LeaseBook(journal, now),
    journal,
    faults: new Faults(),
    cipher: new Cipher(settings.longEncryptedValues),
    work: new Work(),
    encryptionSeed: randomUUID(),
    handedOut: new Set(),
    now,
    applyDueChanges: () => {
      for (const credential of data.credentials) {
        if (credential.changesAt === undefined || credential.changesAt > now()) continue;
        changePassword(credential, now());
        if (CHANGE_ENDS_CUSTODY) custody.expire(String(credential.id));
      }
    },
  };
}
