// Loaded before a bundle, with --require: the waits of 2 and 5 s before custody is released once more take a twentieth of
// that. Only a wait of exactly such a length, by the clock of the bundle; limits of time are other timers, and stay.
// Here and not in the product: nothing shortens these waits in production.
const { syncBuiltinESMExports } = require('node:module');
const timers = require('node:timers/promises');

const { setTimeout: wait } = timers;

timers.setTimeout = (ms, ...rest) => wait(ms === 2_000 || ms === 5_000 ? ms / 20 : ms, ...rest);
syncBuiltinESMExports();
