import type { Clock, Log } from '../../ports.js';
import type { Text } from '../../text.js';
import type { HttpReply, Transport } from '../../transport.js';

/** Less is not reported: signatures and tokens are accepted with so much. */
const SHOWN_FROM_MS = 60_000;
/** `Date` has whole seconds. Source: RFC 9110 section 6.6.1. */
const DATE_STEP_MS = 999;
const SET = 'Set the clock of this machine.';

/** How far the clock of this machine is from that of the vault, as the `Date` of its first reply says. */
export class ClockDifference {
  readonly #clock: Pick<Clock, 'nowMs'>;
  readonly #log: Pick<Log, 'warning'>;
  /** Above zero where this machine is ahead; undefined as long as no reply said it. */
  #aheadMs: number | undefined;
  #isReported = false;

  constructor(clock: Pick<Clock, 'nowMs'>, log: Pick<Log, 'warning'>) {
    this.#clock = clock;
    this.#log = log;
  }

  /** A transport whose replies are looked at. A difference is a warning once a reply accepts what was asked. */
  watch(transport: Transport): Transport {
    return {
      send: async (request, signal) => {
        const sentMs = this.#clock.nowMs();
        const reply = await transport.send(request, signal);
        this.#observe(reply, sentMs);
        return reply;
      },
      authorities: () => transport.authorities?.() ?? '',
      close: () => transport.close(),
    };
  }

  /** As a sentence with a space before it, for an error; empty where the clocks agree, or no reply has come. */
  note(): Text {
    return this.#isShown ? ` ${this.#sentence()}` : '';
  }

  /** The remedy, with a space after it; empty if there is none. */
  remedy(): Text {
    return this.#isShown ? `${SET} ` : '';
  }

  #observe({ status, headers }: HttpReply, sentMs: number): void {
    const dateMs = Date.parse(headers['date'] ?? '');
    if (this.#aheadMs === undefined && !Number.isNaN(dateMs))
      this.#aheadMs = aheadMs(dateMs, sentMs, this.#clock.nowMs());
    if (status >= 400 || this.#isReported || !this.#isShown) return;
    this.#isReported = true;
    this.#log.warning(`${this.#sentence()} Signatures and tokens may be rejected for it. ${SET}`);
  }

  get #isShown(): boolean {
    return Math.abs(this.#aheadMs ?? 0) > SHOWN_FROM_MS;
  }

  #sentence(): string {
    const ms = this.#aheadMs ?? 0;
    const where = ms > 0 ? 'ahead of' : 'behind';
    return `The clock of this machine is ${durationText(Math.abs(ms))} ${where} that of the vault.`;
  }
}

/** Zero where the reply was surely written between the two times. */
function aheadMs(dateMs: number, sentMs: number, receivedMs: number): number {
  if (dateMs > receivedMs) return receivedMs - dateMs;
  return Math.max(0, sentMs - (dateMs + DATE_STEP_MS));
}

function durationText(ms: number): string {
  const units = [
    ['days', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
  ] as const;
  const [name, length] = units.find(([, unit]) => ms >= 2 * unit) ?? ['s', 1_000];
  return `${Math.round(ms / length)} ${name}`;
}
