// 20,000 requests that public SDKs signed: each is answered from exactly the key that was signed.
import { pick, type Random } from '../../testing/random/keys';
import { type SignedServer, startSignedServer } from '../../testing/servers/signed-server';
import { signers } from './sdk-signers';
import { accepted, atOnce, randomWish, refused, site } from './sdk-wishes';

/** Requests for each signer of the list. */
const counts = [5000, 4000, 2000, 2500, 2000, 2500, 2000];

let server: SignedServer;
let lenient: SignedServer;
beforeAll(async () => {
  server = await startSignedServer(site);
  lenient = await startSignedServer({ ...site, rules: { unsignedOperation: new Set(['cos', 'sigv4']) } });
});
afterAll(() => Promise.all([server.close(), lenient.close()]));

test('they are 20,000', () => {
  expect(counts).toHaveLength(signers.length);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(20_000);
});

describe.each(signers.map((signer, index) => ({ ...signer, index })))('$name', (signer) => {
  test('every request is accepted, for exactly the key that was signed', async () => {
    await atOnce(counts[signer.index] ?? 0, async (random) => {
      const signed = await signer.sign(randomWish(random, signer));
      return accepted(signed, await server.send(signed));
    });
  }, 120_000);

  test('an operation added after signing is accepted under the setting for it only', async () => {
    await atOnce(150, async (random) => {
      const wish = randomWish(random, signer);
      // Only beside what asks for the object itself.
      const harmless = Object.entries(wish.parameters).filter(([name]) => name.startsWith('response-'));
      const parameters = Object.fromEntries(harmless);
      const bare = await signer.sign({ ...wish, parameters });
      const signed = { ...bare, target: withOperation(random, bare.target) };
      const problem = signer.name.startsWith('cos') ? 'OperationUnsigned' : 'SignatureDoesNotMatch';
      return accepted(signed, await lenient.send(signed)) ?? refused(problem, signed, await server.send(signed));
    });
  }, 60_000);
});

function withOperation(random: Random, target: string): string {
  const operation = pick(random, ['exif', 'exif=']);
  if (!target.includes('?')) return `${target}?${operation}`;
  return random(2) === 0 ? `${target}&${operation}` : target.replace('?', `?${operation}&`);
}
