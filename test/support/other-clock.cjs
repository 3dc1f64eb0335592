// Loaded before a program, with --require: its clock is ahead by CLOCK_AHEAD_MS, as that of a machine can be.
// That of TLS is not, so a certificate that the program judges itself may be valid for the other side.
const aheadMs = Number(process.env['CLOCK_AHEAD_MS']);
const { now } = Date;

Date.now = () => now() + aheadMs;
