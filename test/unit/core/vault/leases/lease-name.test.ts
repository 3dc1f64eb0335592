import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isCredentialName } from '../../../../../src/core/credential-name.js';
import { mayBeSame } from '../../../../../src/core/custody/account.js';
import { receiptLine } from '../../../../../src/core/custody/release.js';
import { namesHeld } from '../../../../../src/core/job/state/state-size.js';
import { needsOf } from '../../../../../src/core/requests/claim.js';
import { parseRequests } from '../../../../../src/core/requests/parse.js';
import { commandThatEnds } from '../../../../../src/core/vault/leases/deprovision.js';
import { heldAs, heldName, isLease } from '../../../../../src/core/vault/leases/held-name.js';
import {
  type Lease,
  leaseOf,
  nameOfLease,
  OWN_NAME,
} from '../../../../../src/core/vault/leases/lease-name.js';

const name = fc.string({ unit: 'grapheme', minLength: 1 });
const lease = fc.record<Lease>({
  secretId: fc.bigInt({ min: 1n, max: 10n ** 20n - 1n }).map(String),
  pod: name,
  deploy: name,
  namespace: name,
  identity: name,
});
const ONE: Lease = {
  secretId: '301',
  pod: 'web-7',
  deploy: OWN_NAME,
  namespace: OWN_NAME,
  identity: 'app/db',
};

test('a lease has one name in the ledger, from which all that ends it is read back', () => {
  fc.assert(
    fc.property(lease, (each) => {
      const text = nameOfLease(each);
      expect([isLease(text), isCredentialName(text)]).toEqual([true, false]);
      expect(leaseOf(text)).toEqual(each);
    }),
  );
});

test.each([
  '94',
  'root@web-01',
  'lease',
  'lease:94',
  'lease:a:b:c:d:e',
  'lease:1:b:c:d',
  'lease:1:a@b:c:d:e',
  'lease:1:a:b:c:d',
  'lease@1:a:b:c:d',
])('the credential %s is none', (credential) => {
  expect([isLease(credential), heldAs(credential)]).toEqual([false, `custody of ${credential}`]);
});

test('a name that was forged is shown as it is', () => {
  expect(heldName('lease@@1:a:b:c:%ZZ')).toBe('the lease of %ZZ');
});

test('one name stands for all leases of a pod but one', () => {
  const others = { ...ONE, isOthers: true } as const;
  const text = nameOfLease(others);
  expect([isLease(text), leaseOf(text)]).toEqual([true, others]);
  expect(heldAs(text)).toBe('what the vault provisioned beside app/db');
});

test('a receipt names the identity', () => {
  const entry = { credential: nameOfLease(ONE), state: 'held', sinceMs: 0 } as const;
  expect(receiptLine({ entry, result: 'released' }, 61_000)).toBe('ended the lease of app/db after 1 m 1 s');
  expect(receiptLine({ entry, result: 'not-held' }, 0)).toBe('the lease of app/db had ended already');
  const asked = { ...entry, state: 'asked' } as const;
  expect(receiptLine({ entry: asked, result: 'not-held' }, 0)).toBe('the lease of app/db was not held');
});

test('a lease is never taken for a credential, nor for another lease', () => {
  const one = { credential: nameOfLease(ONE) };
  expect(mayBeSame(one, one)).toBe(true);
  expect(mayBeSame(one, { credential: 'root@web-01' })).toBe(false);
  expect(mayBeSame(one, { credential: nameOfLease({ ...ONE, pod: 'web-8' }) })).toBe(false);
});

test('the state is checked for the longest name that a lease may get', () => {
  const requests = parseRequests('dynamic', '"a b/ç"/* > X_*', []);
  const [held = ''] = namesHeld({ needs: needsOf(requests, false) });
  const pod = `${OWN_NAME}-0123456789abcdef`;
  const longest = nameOfLease({ ...ONE, secretId: '9'.repeat(20), pod, identity: 'a b/ç' });
  expect(held.length).toBeGreaterThanOrEqual(longest.length);
});

test('the command that ends a lease is offered where no shell reads its words in another way', () => {
  expect(commandThatEnds(ONE)).toBe('segura-secrets deprovision app/db --pod-name web-7');
  expect(commandThatEnds({ ...ONE, deploy: 'web', namespace: 'shop' })).toBe(
    'segura-secrets deprovision app/db --pod-name web-7 --deploy web --namespace shop',
  );
  expect(commandThatEnds({ ...ONE, identity: 'my $(db)' })).toBeUndefined();
});
