import { judgeActive } from '../../../core/changes/active-judge.js';
import { SeguraError } from '../../../core/errors.js';
import { throwIfCancelled } from '../../../core/pace.js';
import { printable } from '../../../core/printable.js';
import { say } from '../../../core/text.js';
import type { Explain } from '../../../core/vault/items/pam-get.js';
import type { Prefix } from '../../../core/vault/pam.js';
import { sendChange } from '../../../core/vault/write/send-change.js';
import { type ActiveKind, activeRequest } from '../../../core/vault/write/set-active.js';
import { openAudit } from '../audit.js';
import { confirm } from '../confirm.js';
import { type OpenVault, withVault } from '../open-vault.js';
import { print } from '../print.js';
import { isGiven, type NounCall } from '../verb.js';
import { printRequests } from './planned.js';

/** The item that is meant, as its request names it. */
export interface ActiveTarget {
  readonly name: string;
  readonly prefix: Prefix;
  /** As a sentence has it: `credential 95 (root@web-01)`. */
  readonly shown: string;
  /** What else happens, as the end of a sentence. */
  readonly effect?: string;
}

export interface ActiveChange {
  readonly kind: ActiveKind;
  readonly isActive: boolean;
  readonly find: (vault: OpenVault) => Promise<ActiveTarget>;
  readonly explain?: (target: ActiveTarget) => Explain;
}

/**
 * Enables or disables one item. What became of an uncertain request is found out by sending it once more, which does no harm:
 * the vault then says that the item already is as wanted.
 */
export async function setActive(call: NounCall, { kind, isActive, ...how }: ActiveChange): Promise<number> {
  const audit = openAudit(call);
  const [verb, done] = isActive ? ['Enable', 'enabled'] : ['Disable', 'disabled'];
  try {
    return await withVault(call, async (vault) => {
      const target = await how.find(vault);
      const request = activeRequest(kind, target.prefix, target.name, isActive);
      if (isGiven(call, 'dry-run')) {
        const { method, path } = request;
        await printRequests(call, target.name, [{ method, path, fields: [] }]);
        return 0;
      }
      const isAsked = await confirm(call, `${verb} ${target.shown}${target.effect ?? ''}`);
      const client = isAsked ? await vault.afterQuestion() : vault.client;
      const explain = how.explain?.(target);
      let sent = await sendChange(client, request, explain);
      let judged = judgeActive(kind, isActive, sent);
      const isRepeated = judged.kind === 'uncertain';
      if (isRepeated) {
        sent = await sendChange(await vault.afterSignal(), request, explain);
        judged = judgeActive(kind, isActive, sent);
      }
      if (judged.kind === 'failed' && !isRepeated) throw judged.problem;
      // After an uncertain request, "already" is what that request did, as far as anyone can know.
      const outcome = judged.kind === 'unchanged' && !isRepeated ? 'unchanged' : done;
      const isKnown = judged.kind === 'done' || judged.kind === 'unchanged';
      if (outcome !== 'unchanged')
        audit.report({
          client: client.session.clientId,
          vault: vault.host,
          target: target.name,
          outcome: isKnown ? 'done' : 'uncertain',
          versionBefore: null,
          versionAfter: null,
          requestId: sent.requestId,
          fields: [],
        });
      if ('problem' in judged) throw uncertain(target, judged.problem);
      throwIfCancelled(call.context.signals.stop);
      await print(call, {
        heads: ['TARGET', 'OUTCOME'],
        rows: [[target.name, outcome]],
        json: { target: target.name, outcome },
      });
      return 0;
    });
  } finally {
    audit.close();
  }
}

function uncertain({ shown }: ActiveTarget, problem: SeguraError): SeguraError {
  return new SeguraError(
    'CHANGE_UNCERTAIN',
    say`Whether the vault carried out the change of ${printable(shown)} is not known. ${problem.messageText}`,
    'Run the same command again: it does no harm, and its answer says.',
    { cause: problem },
  );
}
