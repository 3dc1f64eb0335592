import type { KeyPair, KeyWish } from '../../../core/changes/key-plan.js';
import { SeguraError } from '../../../core/errors.js';
import { Secret } from '../../../core/secret.js';
import { publicHalf } from '../../../platform/ssh/new-key.js';
import { UsageError } from '../../options/usage-error.js';
import type { NounOption } from '../noun-options.js';
import { type Verify, verifyOf } from '../pam/verify.js';
import { ValueSources } from '../value-sources.js';
import { lastOf, type NounCall } from '../verb.js';

/** What a call asks for. */
export interface WishedKey {
  readonly wish: KeyWish;
  /** A new pair is to be made. */
  readonly isGenerated: boolean;
  readonly verify: Verify;
  /** The file that gets the old private key; empty for none. */
  readonly oldKeyOut: string;
}

/** Errors: UsageError, INPUT_INVALID, INPUT_MISSING. */
export async function wishOf(call: NounCall): Promise<WishedKey> {
  const { options } = call.context.arguments;
  const text = (name: NounOption): string | undefined => (options.has(name) ? lastOf(call, name) : undefined);
  const generate = text('generate');
  if (generate !== undefined && generate.toLowerCase() !== 'ed25519')
    throw new UsageError('There is no such kind of key to make.', 'Write --generate ed25519.');
  if (
    generate !== undefined &&
    (options.has('private-key') || options.has('public-key') || options.has('passphrase'))
  )
    throw new UsageError(
      'Option --generate makes both keys, without a passphrase.',
      'Leave --generate out, or --private-key, --public-key and --passphrase.',
    );
  const sources = new ValueSources(call);
  const secret = async (name: NounOption): Promise<Secret | undefined> => {
    const source = text(name);
    return source === undefined ? undefined : await sources.secret(source, `--${name}`);
  };
  const privateKey = await secret('private-key');
  const publicKey = await secret('public-key');
  const passphrase = await secret('passphrase');
  const pair = pairOf(privateKey, publicKey);
  const [username, hostname, ip, tags] = [text('username'), text('hostname'), text('ip'), text('tags')];
  const isGenerated = generate !== undefined;
  const [verify, oldKeyOut] = [verifyOf(call), lastOf(call, 'old-key-out')];
  if (pair === undefined && !isGenerated && (verify.line !== '' || oldKeyOut !== ''))
    throw new UsageError(
      `Option ${verify.line === '' ? '--old-key-out' : '--verify'} is for a new key.`,
      'Add --generate ed25519, or --private-key @FILE.',
    );
  const wish: KeyWish = { pair, passphrase: passphrase ?? withoutOld(pair), username, hostname, ip, tags };
  if (!isGenerated && Object.values(wish).every((each) => each === undefined))
    throw new UsageError(
      'The command ssh-key put has nothing to write.',
      'Give --generate ed25519, --private-key @FILE, or another option: see segura-secrets help ssh-key put.',
    );
  for (const name of ['username', 'hostname', 'ip'] as const)
    if (wish[name] === '')
      throw new UsageError(`Option --${name} is empty.`, 'Leave it out, or give a value.');
  return { wish, isGenerated, verify, oldKeyOut };
}

/** An empty passphrase, so that a new key does not keep that of the old one. */
export function withoutOld(pair: KeyPair | undefined): Secret | undefined {
  return pair === undefined ? undefined : new Secret('');
}

/** Errors: UsageError, INPUT_INVALID, INPUT_MISSING. */
function pairOf(privateKey: Secret | undefined, publicKey: Secret | undefined): KeyPair | undefined {
  if (privateKey === undefined && publicKey === undefined) return undefined;
  if (privateKey === undefined)
    throw new UsageError('Option --public-key is for --private-key.', 'Give both, or none.');
  const text = privateKey.reveal();
  if (!/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/.test(text))
    throw new SeguraError(
      'INPUT_INVALID',
      '--private-key: the text is not a private key.',
      'Give the file as ssh-keygen wrote it, the one without .pub: --private-key @FILE',
    );
  const own = publicHalf(text);
  const given = publicKey?.reveal().trim();
  const [kind = '', blob = ''] = (given ?? '').split(/\s+/);
  if (given !== undefined && own !== undefined && `${kind} ${blob}` !== own)
    throw new SeguraError(
      'INPUT_INVALID',
      '--public-key: it is not the public half of --private-key.',
      'Leave --public-key out: it stands in the private key.',
    );
  const found = given ?? own;
  if (found !== undefined && found !== '') return { privateKey, publicKey: found };
  throw new SeguraError(
    'INPUT_MISSING',
    '--private-key: the public key does not stand in a private key of this form.',
    'Write it to a file by ssh-keygen -y -f FILE > FILE.pub, and add --public-key @FILE.pub.',
  );
}
