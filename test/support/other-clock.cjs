// Loaded before a program, with --require: its clock is ahead by CLOCK_AHEAD_MS, as that of a machine can be, and CLOCK_RATE
// times as fast, for what ends by the clock only. Timers and TLS have the real one, so a certificate that the program
// judges itself may be valid for the other side.
const aheadMs = Number(process.env['CLOCK_AHEAD_MS'] ?? 0);
const rate = Number(process.env['CLOCK_RATE'] ?? 1);
const { now } = Date;
const startedMs = now();

Date.now = () => startedMs + aheadMs + (now() - startedMs) * rate;
