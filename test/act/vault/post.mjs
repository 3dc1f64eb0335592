// Steps post in the reverse of their order: the action, which came after the vault, has released by now.
const { taken, held } = await (await fetch(process.env['STATE_control'], { method: 'POST' })).json();
console.log(`custody taken of: ${taken.join(', ')}\ncustody held of: ${held.join(', ') || 'nothing'}`);
if (taken.length === 0 || held.length > 0) {
  console.log('::error::Custody was not taken, or not released.');
  process.exitCode = 1;
}
