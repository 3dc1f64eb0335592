import { runVault } from './demo.js';

const demo = await runVault(process.argv.slice(2));
if (demo !== undefined) {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void demo.stop().then(() => process.exit(0));
    });
  }
}
