import { rootCertificates, type SecureContext } from 'node:tls';
import { expect, test } from 'vitest';
import { Trust } from '../../../../src/http/tls/trust.js';
import { LEDGER_DATA } from '../../fakes.js';

const [OWN = '', OTHER = ''] = rootCertificates;
const error = (code: string): Error => Object.assign(new Error(code), { code });

/** A Trust, and the certificates of each context that a handshake was tried with. */
function trustOf(caCertificates: string, tlsVerify = true) {
  const sets = new Map<object, readonly string[]>();
  const trust = new Trust(
    { ...LEDGER_DATA.connection, caCertificates, tlsVerify },
    {
      rootCertificates: [OTHER],
      createSecureContext: ({ ca } = {}) => {
        const context = { context: {} } as SecureContext;
        sets.set(context, ca as string[]);
        return context;
      },
    },
  );
  const tried: (readonly string[] | undefined)[] = [];
  const handshake =
    (accepts: (ca: readonly string[]) => boolean, code: string) => async (context: SecureContext) => {
      const ca = sets.get(context) ?? [];
      tried.push(ca);
      if (!accepts(ca)) throw error(code);
      return 'up';
    };
  return { trust, tried, handshake };
}

test('certificates of the connection are tried by themselves, and the public roots only when they do not vouch', async () => {
  const { trust, tried, handshake } = trustOf(OWN);
  expect(
    await trust.vouch(
      'vault',
      handshake(() => true, ''),
    ),
  ).toBe('up');
  expect(tried).toEqual([[OWN]]);
  const byRoots = handshake((ca) => ca.includes(OTHER), 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY');
  expect(await trust.vouch('proxy', byRoots)).toBe('up');
  expect(tried.slice(1)).toEqual([[OWN], [OTHER, OWN]]);
  await trust.vouch('proxy', byRoots);
  expect(tried.slice(3), 'what did not vouch for a peer is not asked again').toEqual([[OTHER, OWN]]);
});

test.each(['ERR_TLS_CERT_ALTNAME_INVALID', 'ECONNRESET', 'ERR_SSL_WRONG_VERSION_NUMBER'])(
  'a handshake that fails with %s is not tried with another set',
  async (code) => {
    const { trust, tried, handshake } = trustOf(OWN);
    await expect(
      trust.vouch(
        'vault',
        handshake(() => false, code),
      ),
    ).rejects.toThrow(code);
    expect(tried).toEqual([[OWN]]);
  },
);

test('without its own certificates, a connection trusts the public roots', async () => {
  const { trust, tried, handshake } = trustOf('');
  const refused = trust.vouch(
    'vault',
    handshake(() => false, 'SELF_SIGNED_CERT_IN_CHAIN'),
  );
  await expect(refused).rejects.toThrow('SELF_SIGNED');
  expect(tried).toEqual([[OTHER]]);
});

test('a connection without verification parses no public root', async () => {
  const { trust, tried, handshake } = trustOf('', false);
  await trust.vouch(
    'vault',
    handshake(() => true, ''),
  );
  expect(tried).toEqual([[]]);
});
