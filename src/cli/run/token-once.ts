import { problemsOf } from '../../core/errors.js';
import { OddReply } from '../../core/transport.js';
import type { Session } from '../../core/vault/session.js';

export const TOKEN_ONCE =
  'The vault accepts this identity token only once, and no other one is issued. Take custody with "exec": "release" after "export" cannot log in.';

/** True if the vault itself rejects a second login, after one that it accepted: the session finds no other token for it. */
export async function isTokenForOnce(session: Session): Promise<boolean> {
  const first = session.authorize();
  await first;
  session.forget(first);
  try {
    await session.authorize();
    return false;
  } catch (error) {
    return problemsOf(error).some(
      ({ code, cause }) => code === 'TOKEN_REJECTED' && !(cause instanceof OddReply),
    );
  }
}
