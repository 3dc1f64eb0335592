import type { Authorization, FederationRule } from './data.js';
import type { TrustedIssuer } from './issuers.js';

type Claims = Readonly<Record<string, unknown>>;

/** Which part of the rules a token does not meet. */
type Unmet = 'noRule' | 'audience' | 'subject' | 'claims';

/**
 * The authorizations whose rules a token meets; without one, what the rule that came closest asks for.
 * Source of the checks: RFC 7523 section 3, points 2 and 3.
 */
export function matching(
  candidates: readonly Authorization[],
  issuer: TrustedIssuer,
  claims: Claims,
): Authorization[] | Unmet {
  const all = candidates.flatMap((authorization) =>
    (authorization.federation ?? []).map((rule) => ({ authorization, rule })),
  );
  const steps: [Unmet, (rule: FederationRule) => boolean][] = [
    ['noRule', (rule) => rule.issuer === issuer.issuer],
    ['audience', (rule) => texts(claims['aud']).some((audience) => rule.audiences.includes(audience))],
    ['subject', (rule) => pattern(rule.subject).test(String(claims['sub']))],
    [
      'claims',
      (rule) => Object.entries(rule.claims ?? {}).every(([name, value]) => has(claims, name, value)),
    ],
  ];
  let left = all;
  for (const [unmet, isMet] of steps) {
    left = left.filter(({ rule }) => isMet(rule));
    if (left.length === 0) return unmet;
  }
  return [...new Set(left.map(({ authorization }) => authorization))];
}

function has(claims: Claims, name: string, value: string): boolean {
  return Object.hasOwn(claims, name) && texts(claims[name]).includes(value);
}

/** A claim as texts: a list has several. An object has none. */
function texts(claim: unknown): string[] {
  if (Array.isArray(claim)) return claim.flatMap(texts);
  return ['string', 'number', 'boolean'].includes(typeof claim) ? [String(claim)] : [];
}

function pattern(subject: string): RegExp {
  const parts = subject.split('*').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}
