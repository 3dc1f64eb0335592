import { demonstrate } from './demo.js';

const demo = await demonstrate(process.argv.slice(2), (line) => console.log(line));
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void demo.stop().then(() => process.exit(0));
  });
}
