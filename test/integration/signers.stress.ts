// Requests that public SDKs signed: each is answered from exactly the key that was signed. REQUESTS=20000 npx jest
// signers.stress runs as many as docs/measured.md names; signing and answering them takes minutes.
import { pick, type Random } from '../../testing/random/keys';
import { type SignedServer, startSignedServer } from '../../testing/servers/signed-server';
import { signers } from './sdk-signers';
import { accepted, atOnce, randomWish, refused, site } from './sdk-wishes';

/** Requests in all, and the share of each signer in the list. */
const requests = Number(process.env['REQUESTS'] ?? 2_000);
const shares = [0.25, 0.2, 0.1, 0.125, 0.1, 0.125, 0.1];

let server: SignedServer;
let lenient: SignedServer;
beforeAll(async () => {
  server = await startSignedServer(site);
  lenient = await startSignedServer({ ...site, rules: { unsignedOperation: new Set(['cos', 'sigv4']) } });
});
afterAll(() => Promise.all([server.close(), lenient.close()]));

test('each signer has a share', () => {
  expect(shares).toHaveLength(signers.length);
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
});

describe.each(signers.map((signer, index) => ({ ...signer, index })))('$name', (signer) => {
  test('every request is accepted, for exactly the key that was signed', async () => {
    await atOnce(requests * (shares[signer.index] ?? 0), async (random) => {
      const signed = await signer.sign(randomWish(random, signer));
      return accepted(signed, await server.send(signed));
    });
  }, 600_000);

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
