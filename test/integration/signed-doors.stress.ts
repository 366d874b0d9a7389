// Requests that real SDKs signed, through each door in the shape of its platform's events.
import { parseKeyRing } from '../../lib/auth/key-ring';
import { runJob } from '../../lib/job';
import type { Bucket } from '../../lib/types';
import { everyone } from '../../testing/fakes/access';
import { jobDeps } from '../../testing/fakes/job-deps';
import { type Random, randomFrom, randomKey } from '../../testing/random/keys';
import { jobOf, platforms, type Sent } from '../lib/trigger/platforms';
import { region, type SignedWireRequest, signers } from './sdk-signers';

const credential = { id: 'AKIDEXAMPLE', secret: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCY' };

function world() {
  const asked: string[] = [];
  const bytes = Uint8Array.from([0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 1, 0, 1, 0, 0, 0, 0, 0x3b]); // a GIF
  const bucket: Bucket = {
    fetch: async (ref) => {
      asked.push(ref.key);
      return { bytes, stat: { size: bytes.length, etag: '"1"', lastModified: null } };
    },
  };
  const deps = jobDeps(bucket, {
    access: {
      ...everyone,
      callers: 'signed',
      isPublic: () => false,
      keys: async () => parseKeyRing(JSON.stringify({ [credential.id]: credential.secret })),
      hosts: new Map([['exif.example.com', { bucketId: 'b' }]]),
      regions: new Map([['b', region]]),
    },
    now: () => new Date(),
  });
  return { deps, asked };
}

/** The name that a platform routes by, and the stage that stands in the path there. */
const ways = platforms.flatMap((platform) => {
  const { sample } = platform;
  const context = platform.present({ path: '/a' })['requestContext'] as { domainName?: string } | undefined;
  const own = context?.domainName;
  const prefix = ['rest-api', 'http-api-1'].includes(sample) ? 'prod/' : '';
  const configured = { platform, host: 'exif.example.com', prefix: '', title: `${sample} at a configured name` };
  return own === undefined
    ? [configured]
    : [{ platform, host: own, prefix, title: `${sample} at its own name` }, configured];
});

/** What differs between signing and arriving, as the platforms document it. */
function arrives(sample: string, key: string, carrier: string, headers: SignedWireRequest['headers']): boolean {
  if (sample.startsWith('http-api')) return !key.includes('?'); // the path is cut there
  // The REST API keeps AWS signatures in Authorization for itself.
  return !(sample === 'rest-api' && carrier === 'header' && headers['authorization']?.startsWith('AWS4') === true);
}

function toSent({ method, target, headers }: SignedWireRequest, prefix: string): Sent {
  const [path = '', ...query] = target.split('?');
  const own = path.slice(prefix.length);
  // A REST API splits a query at `;` too: there it must be encoded, and elsewhere it may.
  const text = query.join('?').replaceAll(';', '%3B');
  return { method, path: own, ...(text === '' ? {} : { query: text }), headers: Object.entries(headers) };
}

describe.each(ways)('$title', ({ platform: { sample, trigger, present }, host, prefix }) => {
  test.each(signers)('$name', async ({ name, carrier, sign }) => {
    const random: Random = randomFrom(7);
    let verified = 0;
    for (let i = 0; i < 12; i++) {
      const wanted = i === 0 ? 'photos/a b+c%20d.jpg' : randomKey(random);
      const wish = { key: `${prefix}${wanted}`, host, credential, parameters: { exif: '' }, headers: {}, random };
      const signed = await sign(wish);
      if (!signed.key.startsWith(prefix) || !signed.target.startsWith(`/${prefix}`)) continue; // spelled otherwise
      const key = signed.key.slice(prefix.length);
      if (key === '' || !arrives(sample, key, carrier, signed.headers)) continue;
      const sent = present(toSent(signed, prefix));
      const { deps, asked } = world();
      const { answer } = await runJob(jobOf(trigger, sent), deps, null);
      expect([wish, answer?.status, answer?.body.slice(0, 300), asked]).toEqual([wish, 200, expect.any(String), [key]]);
      verified++;
      const changed = await runJob(
        jobOf(trigger, present({ ...toSent(signed, prefix), path: '/another' })),
        deps,
        null,
      );
      if (key !== 'another') expect(changed.answer?.status).toBe(403);
      expect(asked).toEqual([key]);
    }
    if (!(sample === 'rest-api' && carrier === 'header' && !name.startsWith('cos')))
      expect(verified).toBeGreaterThan(2);
  });
});
