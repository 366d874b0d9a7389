// SDKs that send what they sign themselves; what they sign and the service refuses by rule; what they change of a key.
import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import aws4 from 'aws4';
import COS from 'cos-nodejs-sdk-v5';
import { randomFrom, randomKey } from '../../testing/random/keys';
import {
  type Reply,
  type SignedServer,
  startSignedServer,
  type WireRequest,
} from '../../testing/servers/signed-server';
import { addParameters, region, s3Client, smithySigner } from './sdk-signers';
import { credentials, hosts, site } from './sdk-wishes';

const [{ id, secret }] = credentials;
const accessKey = { accessKeyId: id, secretAccessKey: secret };
const keys = [
  ...['a.jpg', '/a.jpg', '//a.jpg', 'a//b/../c/./d.jpg', '../a.jpg', 'a/', '..'],
  ...['a\\b.jpg', "a b+c%2Fd;&=?#!'()*~.jpg", 'caf\u00e9/cafe\u0301/\u{1f4f7}.jpg'],
  ...Array.from({ length: 30 }, (_, i) => randomKey(randomFrom(i))),
];

let server: SignedServer;
beforeAll(async () => {
  server = await startSignedServer(site);
});
afterAll(() => server.close());

/** The keys that the bucket was asked for while `work` was done. */
async function askedDuring(work: () => Promise<unknown>): Promise<readonly string[]> {
  const before = server.asked.length;
  await work();
  return server.asked.slice(before);
}

test('S3Client sends every key as it is', async () => {
  const client = s3Client(credentials[0]);
  for (const Key of keys) {
    const input = { Bucket: `http://127.0.0.1:${server.port}`, Key };
    for (const command of [new GetObjectCommand(input), new HeadObjectCommand(input) as GetObjectCommand]) {
      addParameters(command, { exif: '' });
      const asked = await askedDuring(async () => (await client.send(command)).Body?.transformToString());
      expect(asked).toEqual([Key]);
    }
  }
  client.destroy();
});

describe('cos-nodejs-sdk-v5 sends', () => {
  const place = { Bucket: 'examplebucket-1250000000', Region: 'ap-guangzhou' };
  const raw = (Key: string) => Key;
  const cut = (Key: string) => Key.replace(/^\//, '');

  test.each([
    ['without one leading slash, to a domain of its own', (port: number) => ({ Domain: `127.0.0.1:${port}` }), cut],
    [
      'without one leading slash, through a proxy, by its real name',
      (port: number) => ({ Proxy: `http://127.0.0.1:${port}` }),
      cut,
    ],
    ['as it is, when told so', (port: number) => ({ Domain: `127.0.0.1:${port}`, UseRawKey: true }), raw],
  ])('every key %s', async (_name, options, signedKey) => {
    const client = new COS({ SecretId: id, SecretKey: secret, Protocol: 'http:', ...options(server.port), ...simple });
    for (const Key of keys.filter((key) => signedKey(key) !== '')) {
      const params = { ...place, Key, Method: 'GET' } as const;
      const asked = await askedDuring(async () => {
        await client.request({ ...params, Query: { exif: '' } });
        await client.request({ ...params, Action: 'exif' });
        await client.getObject({ ...place, Key, Query: { exif: '' } });
      });
      expect(asked).toEqual([signedKey(Key), signedKey(Key), signedKey(Key)]);
    }
  });

  /** getObject refuses keys that a browser would fold to nothing, unless told otherwise. */
  const simple = { ObjectKeySimplifyCheck: false };
});

const cosKeys = { SecretId: id, SecretKey: secret, Method: 'GET', Headers: { Host: hosts[2] } } as const;

function cosRequest(target: string, options: object): WireRequest {
  const authorization = COS.getAuthorization({ ...cosKeys, Pathname: '/a.jpg', Query: { exif: '' }, ...options });
  return { method: 'GET', target, headers: { host: hosts[2], authorization } };
}

describe('what an SDK signs and the service refuses', () => {
  async function expectRefused(request: WireRequest, problem: string): Promise<void> {
    const reply: Reply = await server.send(request);
    expect(reply).toMatchObject({ problem, asked: [] });
    expect(reply.status).toBeGreaterThanOrEqual(400);
  }

  test('COS: `Key` with a leading slash is signed without it', async () => {
    const request = (target: string) => cosRequest(target, { Pathname: undefined, Key: '/a.jpg' });
    await expectRefused(request('//a.jpg?exif'), 'SignatureDoesNotMatch');
    expect(await server.send(request('/a.jpg?exif'))).toMatchObject({ status: 200, asked: ['a.jpg'] });
  });

  // The document sorts by the encoded name; the Node SDK sorts the values by the raw one, the list by the encoded one.
  // Both are accepted.
  test.each([
    ['\u00e9', 'x'],
    ['k[0]', 'k1'],
  ])('COS: parameters %s and %s are sorted before they are encoded', async (one, other) => {
    const request = cosRequest(`/a.jpg?exif&${encodeURIComponent(one)}=1&${other}=2`, {
      Query: { exif: '', [one]: '1', [other]: '2' },
    });
    expect(await server.send(request)).toMatchObject({ status: 200, asked: ['a.jpg'] });
    const swapped = request.target.replace('=1', '=3');
    await expectRefused({ ...request, target: swapped }, 'SignatureDoesNotMatch');
  });

  test('COS: in the text that getObjectUrl returns, the list of parameters is not encoded often enough', async () => {
    const client = new COS({ SecretId: id, SecretKey: secret, Domain: hosts[2], Protocol: 'http:' });
    const params = {
      Bucket: 'examplebucket-1250000000',
      Region: 'ap-guangzhou',
      Key: 'a.jpg',
      Query: { exif: '', 'a b': '1' },
    };
    const urls = await new Promise<string[]>((resolve) => {
      const returned: string = client.getObjectUrl({ ...params, Sign: true }, (_error, { Url }) =>
        resolve([returned, Url]),
      );
    });
    const [returned = '', passed = ''] = urls.map((url) => url.replace(/^http:..[^/]*/, ''));
    await expectRefused({ method: 'GET', target: returned, headers: { host: hosts[2] } }, 'SignatureDoesNotMatch');
    expect(await server.send({ method: 'GET', target: passed, headers: { host: hosts[2] } })).toMatchObject({
      status: 200,
    });
  });

  test('COS: without host', async () => {
    await expectRefused(cosRequest('/a.jpg?exif', { Headers: {} }), 'HostUnsigned');
  });

  test('COS: temporary keys', async () => {
    const client = new COS({
      SecretId: id,
      SecretKey: secret,
      SecurityToken: 'token',
      Proxy: `http://127.0.0.1:${server.port}`,
      Protocol: 'http:',
    });
    const params = { Bucket: 'examplebucket-1250000000', Region: 'ap-guangzhou', Key: 'a.jpg', Query: { exif: '' } };
    await expect(client.getObject(params)).rejects.toMatchObject({
      code: 'AccessDenied',
      message: expect.stringContaining('Temporary credentials'),
    });
  });

  test('AWS: temporary keys', async () => {
    const temporary = { ...accessKey, sessionToken: 'token' };
    const wanted = { service: 's3', region, host: hosts[2], path: '/a.jpg?exif' };
    for (const signQuery of [true, false])
      await expectRefused(toWire(aws4.sign({ ...wanted, signQuery }, temporary)), 'TokenUnsupported');
  });

  test('aws4: a raw + is signed as a space', async () => {
    const signed = aws4.sign({ service: 's3', region, host: hosts[2], path: '/a+b.jpg?exif' }, accessKey);
    expect(signed.path).toBe('/a+b.jpg?exif=');
    await expectRefused(toWire(signed), 'SignatureDoesNotMatch');
    expect(await server.send({ ...toWire(signed), target: '/a%20b.jpg?exif=' })).toMatchObject({ asked: ['a b.jpg'] });
  });

  test('presigner: a parameter of null is sent, but not signed', async () => {
    const command = new GetObjectCommand({ Bucket: `https://${hosts[2]}`, Key: 'a.jpg' });
    addParameters(command, { exif: null });
    const url = await getSignedUrl(s3Client(credentials[0]), command);
    const request = { method: 'GET', target: url.replace(/^https:..[^/]*/, ''), headers: { host: hosts[2] } };
    expect(request.target).toMatch(/&exif(&|$)/);
    await expectRefused(request, 'SignatureDoesNotMatch');
    const lenient = await startSignedServer({ ...site, rules: { unsignedOperation: new Set(['sigv4']) } });
    expect(await lenient.send(request)).toMatchObject({ status: 200, asked: ['a.jpg'] });
    await lenient.close();
  });

  test.each([
    ['X-Amz-Content-Sha256 is hoisted as it is spelled', { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }, 'OK'],
    ['a body is signed that the query does not tell of', {}, 'SignatureDoesNotMatch'],
    ['the presigner of AWS spells it so', { 'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD' }, 'OK'],
  ])('@smithy/signature-v4: %s', async (_name, headers: Record<string, string>, problem) => {
    const request = {
      method: 'GET',
      protocol: 'https:',
      hostname: hosts[2],
      path: '/a.jpg',
      query: { exif: '' },
      headers: { host: hosts[2], ...headers },
    };
    const { query = {}, ...signed } = await smithySigner(credentials[0]).presign(request);
    const target = `/a.jpg?${new URLSearchParams(query as Record<string, string>)}`;
    expect(await server.send({ method: 'GET', target, headers: signed.headers })).toMatchObject({ problem });
  });

  // AWS speaks of spaces; these signers take tabs for spaces, too.
  test.each(['aws4', 'smithy'])('%s: a tab in a signed header', async (name) => {
    const headers = { host: hosts[2], 'content-type': 'a\t\tb' };
    const wanted = {
      method: 'GET',
      protocol: 'https:',
      hostname: hosts[2],
      path: '/a.jpg',
      query: { exif: '' },
      headers,
    };
    const signed =
      name === 'aws4'
        ? toWire(aws4.sign({ service: 's3', region, host: hosts[2], path: '/a.jpg?exif=', headers }, accessKey))
        : { method: 'GET', target: '/a.jpg?exif=', headers: (await smithySigner(credentials[0]).sign(wanted)).headers };
    expect(await server.send(signed)).toMatchObject({ status: 200, asked: ['a.jpg'] });
    await expectRefused({ ...signed, headers: { ...signed.headers, 'content-type': 'ab' } }, 'SignatureDoesNotMatch');
  });
});

function toWire({ path, headers }: aws4.Request): WireRequest {
  return { method: 'GET', target: String(path), headers: { ...(headers as Record<string, string>) } };
}
