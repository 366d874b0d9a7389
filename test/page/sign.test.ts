// What the page signs is what the service takes.
import { percentEncode, signGet, signQuery } from '../../page/sign';
import { type SignedServer, startSignedServer } from '../../testing/servers/signed-server';

const credential = { id: 'local', secret: 'a'.repeat(48) };
let server: SignedServer;
beforeAll(async () => {
  server = await startSignedServer({ hosts: ['127.0.0.1'], credentials: [credential], region: 'us-east-1' });
});
afterAll(() => server.close());

type SignatureCase = Readonly<{ path: string; operation: string; signed?: string; secret?: string; now?: number }>;

async function ask({
  path,
  operation,
  signed = operation,
  secret = credential.secret,
  now = Date.now(),
}: SignatureCase) {
  const host = `127.0.0.1:${server.port}`;
  const authorization = await signGet({ ...credential, secret }, { host, path, operation: signed }, now);
  const { status, problem, asked } = await server.send({
    method: 'GET',
    target: `${path}?${operation}`,
    headers: { host, authorization },
  });
  return { status, problem, asked };
}

test.each([
  ['/gps.jpg', 'exif', 'gps.jpg'],
  ['/gps.jpg', 'exif/style/typed', 'gps.jpg'],
  ['/reise/Z%C3%BCrich%201%2B1.jpg', 'exif/style/cos', 'reise/Zürich 1+1.jpg'],
  [`/${percentEncode("a!'()*~ %&=?#")}`, 'exif/style/typed', "a!'()*~ %&=?#"],
  ['//a//b/', 'exif', '/a//b/'],
])('GET %s?%s is let in', async (path, operation, key) => {
  expect(await ask({ path, operation })).toEqual({ status: 200, problem: 'OK', asked: [key] });
});

test.each([
  [30 * 60_000, 200],
  [2 * 3_600_000, 403],
])('an address that was signed %d ms ago gets status %d', async (ago, status) => {
  const host = `127.0.0.1:${server.port}`;
  const path = '/reise/Z%C3%BCrich%201%2B1.jpg';
  const operation = 'exif/style/flat';
  const query = await signQuery(credential, { host, path, operation }, Date.now() - ago);
  const reply = await server.send({ method: 'GET', target: `${path}?${operation}&${query}`, headers: { host } });
  expect(reply.status).toBe(status);
});

test.each<[string, SignatureCase, string]>([
  ['another secret', { path: '/a', operation: 'exif', secret: 'b'.repeat(48) }, 'SignatureDoesNotMatch'],
  ['another operation', { path: '/a', operation: 'exif/style/typed', signed: 'exif' }, 'OperationUnsigned'],
  ['an hour ago', { path: '/a', operation: 'exif', now: Date.now() - 3_600_000 }, 'SignatureExpired'],
])('a signature of %s is refused', async (_, asked, problem) => {
  expect(await ask(asked)).toEqual({ status: 403, problem, asked: [] });
});
