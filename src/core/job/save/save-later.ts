import { Masking } from '../../masking/masker.js';
import { openClient } from '../login/open-client.js';
import type { RunParts } from '../run-parts.js';

/** Saves the values of a step that has ended: under a login of its own, with the whole deadline ahead. Errors: those of Saver. */
export async function saveLater(parts: RunParts): Promise<void> {
  const { inputs, platform, clock, signal } = parts;
  const { saver } = inputs;
  if (saver === undefined) return;
  const deadlineAtMs = clock.nowMs() + inputs.limits.deadlineMs;
  const masking = new Masking(platform, inputs.masking.minLength, inputs.masking.metadata);
  // No id that the vault sends back shows a value that it was sent.
  saver.hide(masking);
  const client = await openClient(inputs, { ...parts, log: platform, masking, deadlineAtMs });
  try {
    const { application } = inputs.login;
    const { host: vault } = inputs.connection.url;
    await saver.save({ client, vault, application, platform, masking, clock, signal });
  } finally {
    await client.close();
  }
}
