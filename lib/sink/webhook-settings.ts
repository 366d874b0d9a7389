// What a webhook needs of the settings: secrets as Standard Webhooks writes them [Standard Webhooks 1.0.0, Signature scheme], and an
// address that messages may go to.
import { decodeBase64 } from '../bytes/base64';
import { isPrivateHost } from '../io/public-address';
import { ProblemError } from '../problem';
import type { SinkDeps } from './sink';

/** Bytes of a secret: at least 192 bits, and at most those that fit into a block of HMAC-SHA256. */
const secretBytes = { least: 24, most: 64 } as const;
/** A rotation needs two. */
const maxSecrets = 4;

/**
 * Throws ProblemError `ConfigInvalid`, which repeats no secret, for a webhook without a secret, with a wrong one, or with an address
 * that is not allowed. A secret at another place is not read.
 */
export function checkWebhook(
  { protocol, hostname }: URL,
  { allowPrivate, secret }: Pick<SinkDeps, 'allowPrivate' | 'secret'>,
): void {
  const refuse = (text: string): ProblemError => new ProblemError('ConfigInvalid', `EXIF_SINK has a webhook ${text}`);
  if (secret === null) throw refuse('but EXIF_SINK_SECRET, which signs its messages, is not set');
  if (!allowPrivate && protocol !== 'https:')
    throw refuse('without TLS: use https://, or allow it with EXIF_SINK_PRIVATE=1');
  if (!allowPrivate && isPrivateHost(hostname))
    throw refuse('at a private address: allow that with EXIF_SINK_PRIVATE=1');
  if (typeof secret === 'string') readWebhookSecrets(secret);
}

/** The secrets in a text, separated by spaces. Throws ProblemError `ConfigInvalid`. */
export function readWebhookSecrets(text: string): readonly Uint8Array[] {
  const secrets = text.trim().split(/\s+/).map(secretOf);
  const known = secrets.filter((secret) => secret !== null);
  if (known.length < secrets.length)
    throw new ProblemError(
      'ConfigInvalid',
      `EXIF_SINK_SECRET must be whsec_ and ${secretBytes.least} to ${secretBytes.most} random bytes in Base64; several ` +
        'secrets are separated by spaces. Make one with: echo "whsec_$(openssl rand -base64 32)"',
    );
  if (known.length > maxSecrets)
    throw new ProblemError('ConfigInvalid', `EXIF_SINK_SECRET must have at most ${maxSecrets} secrets`);
  return known;
}

function secretOf(text: string): Uint8Array | null {
  const bytes = text.startsWith('whsec_') ? decodeBase64(text.slice('whsec_'.length)) : null;
  return bytes !== null && bytes.length >= secretBytes.least && bytes.length <= secretBytes.most ? bytes : null;
}
