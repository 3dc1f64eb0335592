/** A run of main whose round trips can be counted. */
export interface Flow {
  readonly name: string;
  readonly wanted: Readonly<Record<string, string>>;
  /** The fewest round trips from the first SYN to the last byte. */
  readonly roundTrips: number;
  readonly requests: number;
  readonly mostConnections: number;
}

const SECRETS = 'postgres/PASSWORD > DB_PASSWORD\ndb/prod/user > DB_USER\nstripe/* > STRIPE_*';
const CREDENTIALS = 50;
const MAX_CONNECTIONS = 8;

/** TCP, TLS 1.3 without early data, and the reply to the token request, without which nothing else may be asked. */
const UNTIL_TOKEN = 3;
/** TCP and TLS of one connection more. */
const UNTIL_CONNECTED = 2;

/**
 * After the token one connection is warm, and the others are opened when there is work for them. A warm one reads one
 * credential a round trip; a cold one begins two round trips later. After n round trips n + 7 (n - 2) were read: 50
 * need n = 8. (Opening the others while the token is on its way would save one, at the price of connections that most
 * runs never use.)
 */
function roundTripsOfReads(): number {
  let roundTrips = 0;
  const read = (): number => roundTrips + (MAX_CONNECTIONS - 1) * Math.max(0, roundTrips - UNTIL_CONNECTED);
  while (read() < CREDENTIALS) roundTrips += 1;
  return roundTrips;
}

export const FLOWS: readonly Flow[] = [
  {
    // Token, list.
    name: 'DSM, direct',
    wanted: { secrets: SECRETS },
    roundTrips: UNTIL_TOKEN + 1,
    requests: 2,
    mostConnections: 1,
  },
  {
    // Token, application, token of the application, list: each needs what the one before brought.
    name: 'DSM, application',
    wanted: {
      secrets: SECRETS,
      application: 'billing',
      system: 'payments',
      environment: 'production',
    },
    roundTrips: UNTIL_TOKEN + 3,
    requests: 4,
    mostConnections: 1,
  },
  {
    name: `${CREDENTIALS} credentials`,
    wanted: {
      credentials: Array.from({ length: CREDENTIALS }, (_, at) => `${1_000 + at} > BENCH_${at}`).join('\n'),
    },
    roundTrips: UNTIL_TOKEN + roundTripsOfReads(),
    requests: CREDENTIALS + 1,
    mostConnections: MAX_CONNECTIONS,
  },
];
