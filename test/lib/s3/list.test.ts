// The listing of a bucket: what a reply may look like, and replies that are faults.
import { type ListedBucket, listObjects } from '../../../lib/s3/list';
import { parseListReply } from '../../../lib/s3/list-reply';
import { inTurn, type RawServer, rawReply, rawServer, refusal, say, sayLast } from '../../../testing/servers/raw-s3';

const reply = (inner: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult>${inner}</ListBucketResult>`;

describe('a reply', () => {
  test('of S3 has its objects, and the token of the next page as it is', () => {
    const text =
      '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name>' +
      '<NextContinuationToken>1/a+b=&amp;</NextContinuationToken><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>' +
      '<Contents><Key>a+b%2B%0A.jpg</Key><ETag>&quot;1f&quot;</ETag><Size>12</Size><Owner><ID>1</ID><DisplayName>x</DisplayName></Owner></Contents>' +
      '<Contents><Key>%C3%BC.jpg</Key><ETag>1f</ETag></Contents><CommonPrefixes><Prefix>z/</Prefix></CommonPrefixes></ListBucketResult>\n';
    expect(parseListReply(text, 's3')).toEqual({
      objects: [
        { key: 'a b+\n.jpg', size: 12, etag: '"1f"' },
        { key: 'ü.jpg', size: null, etag: null },
      ],
      isLast: false,
      mark: '1/a+b=&',
    });
  });

  test('of COS has a mark that is a key, and a plus sign is one', () => {
    const text = reply(
      '<EncodingType>url</EncodingType><Contents><Key>a+b%20c</Key><Size>1</Size></Contents><IsTruncated>true</IsTruncated><NextMarker>a%2Bb</NextMarker>',
    );
    expect(parseListReply(text, 'cos')).toEqual({
      objects: [{ key: 'a+b c', size: 1, etag: null }],
      isLast: false,
      mark: 'a+b',
    });
  });

  test('without an encoding has keys in XML', () => {
    const text = reply('<Contents><Key>a+%20&amp;&lt;&#x1F4F7;&#13;&nope;.jpg</Key><Size>x</Size></Contents>');
    expect(parseListReply(text, 's3')).toEqual({
      objects: [{ key: 'a+%20&<📷\r&nope;.jpg', size: null, etag: null }],
      isLast: true,
      mark: null,
    });
  });

  test.each([
    ['empty', ''],
    ['cut', '<ListBucketResult><Contents><Key>a</Key>'],
    ['an error', '<Error><Code>InternalError</Code></Error>'],
    ['a page of a proxy', '<html></html>'],
    ['badly encoded', reply('<EncodingType>url</EncodingType><Contents><Key>%zz</Key></Contents>')],
  ])('that is %s is not a page', (_name, text) => {
    expect(parseListReply(text, 's3')).toBeNull();
  });
});

describe('a listing', () => {
  let server: RawServer;
  afterEach(() => server.close());

  const bucket = (pathStyle = true): ListedBucket => ({
    kind: 's3',
    place: { bucket: 'photos', endpoint: server.endpoint, region: 'eu-west-1', pathStyle },
    credentials: async () => null,
    env: {},
    sleep: async () => {},
  });

  async function keysOf(prefix = ''): Promise<string[]> {
    const keys: string[] = [];
    const listing = { prefix, after: null, signal: new AbortController().signal };
    for await (const page of listObjects(bucket(), listing)) keys.push(...page.map(({ key }) => key));
    return keys;
  }

  const good = say(rawReply(200, {}, reply('<Contents><Key>a.jpg</Key></Contents>')));

  test('asks for what has the prefix, encoded', async () => {
    server = await rawServer(good);
    expect(await keysOf('ü a/&+')).toEqual(['a.jpg']);
    expect(server.requests.map(({ path }) => path)).toEqual([
      '/photos/?encoding-type=url&max-keys=1000&prefix=%C3%BC%20a%2F%26%2B&list-type=2',
    ]);
  });

  test.each([
    ['an error with status 200', say(rawReply(200, {}, '<Error><Code>InternalError</Code></Error>'))],
    ['a reply that is cut', sayLast(rawReply(200, {}, reply('')).subarray(0, -5))],
    ['a store that is busy', say(refusal(503, 'SlowDown'))],
  ])('%s is tried again', async (_name, bad) => {
    server = await rawServer(inTurn(bad, good));
    expect(await keysOf()).toEqual(['a.jpg']);
    expect(server.requests).toHaveLength(2);
  });

  test.each([
    [403, 'AccessDenied', 'AccessDenied'],
    [403, 'SignatureDoesNotMatch', 'BucketMisconfigured'],
    [404, 'NoSuchBucket', 'NoSuchBucket'],
    [301, 'PermanentRedirect', 'BucketMisconfigured'],
    [503, 'SlowDown', 'SlowDown'],
    [500, 'InternalError', 'BucketFault'],
  ])('a refusal %i %s is %s', async (status, code, problem) => {
    server = await rawServer(say(refusal(status, code)));
    await expect(keysOf()).rejects.toMatchObject({
      code: problem,
      message: `Cannot list s3://photos: the store answered ${status} ${code}`,
    });
  });

  test('ends when the caller stops', async () => {
    const stop = new AbortController();
    server = await rawServer(() => stop.abort());
    const pages = listObjects(bucket(), { prefix: '', after: null, signal: stop.signal });
    await expect(pages.next()).rejects.toMatchObject({ code: 'Timeout' });
  });
});
