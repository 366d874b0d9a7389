import fc from 'fast-check';
import { canBeKey, encodeKey, s3Address } from '../../../lib/s3/request';
import { oddKeys } from '../bucket/contract';

const anyKey = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ unit: fc.constantFrom('/', '.', '%', '2', 'F', '+', ' ', '?', '#', '&', 'a', 'é'), maxLength: 12 }),
);

describe('the path of a key', () => {
  test.each([
    ['a b+c.jpg', 'a%20b%2Bc.jpg'],
    ['100%25.jpg', '100%2525.jpg'],
    ['x%2Fy', 'x%252Fy'],
    ['/p//q/./../r/', '/p//q/./../r/'],
    [`-_.~!*'()`, `-_.~%21%2A%27%28%29`],
    ['照😀', '%E7%85%A7%F0%9F%98%80'],
    ['e\u0301\u00e9', 'e%CC%81%C3%A9'],
    ['\ufeffa\u0000', '%EF%BB%BFa%00'],
  ])('%j is %s', (key, path) => {
    expect(encodeKey(key)).toBe(path);
  });

  test('holds only what needs no second encoding, and reads back', () => {
    fc.assert(
      fc.property(anyKey, (key) => {
        const path = encodeKey(key);
        expect(path).toMatch(/^(?:[A-Za-z0-9\-_.~/]|%[0-9A-F]{2})*$/);
        expect(decodeURIComponent(path)).toBe(key);
      }),
      { numRuns: 500 },
    );
  });
});

describe('what a GET can name', () => {
  test.each(oddKeys.map((key) => [key.slice(0, 40), key]))('%j', (_, key) => {
    expect(canBeKey(key)).toBe(true);
  });

  test.each(['', '..', '../x', './../x', 'a/../../x', '/../x', '//../x', '\ud800', 'a\udfff.jpg'])('not %j', (key) => {
    expect(canBeKey(key)).toBe(false);
  });
});

describe('where a bucket answers', () => {
  const aws = { bucket: 'photos', endpoint: null, region: 'eu-west-1', pathStyle: false };

  test('AWS by region, virtual-hosted', () => {
    expect(s3Address(aws)).toEqual({
      secure: true,
      hostname: 'photos.s3.eu-west-1.amazonaws.com',
      port: null,
      host: 'photos.s3.eu-west-1.amazonaws.com',
      prefix: '/',
    });
    expect(s3Address({ ...aws, region: 'cn-north-1' }).host).toBe('photos.s3.cn-north-1.amazonaws.com.cn');
  });

  test('a dot in the name means path style under https only', () => {
    expect(s3Address({ ...aws, bucket: 'my.photos' })).toMatchObject({
      host: 's3.eu-west-1.amazonaws.com',
      prefix: '/my.photos/',
    });
    const endpoint = new URL('http://store.example:8080');
    expect(s3Address({ ...aws, bucket: 'my.photos', endpoint })).toMatchObject({
      host: 'my.photos.store.example:8080',
      prefix: '/',
    });
  });

  test('endpoints with a port, a default port, an IPv6 address', () => {
    const at = (url: string, pathStyle: boolean) => s3Address({ ...aws, endpoint: new URL(url), pathStyle });
    expect(at('http://127.0.0.1:8086', true)).toEqual({
      secure: false,
      hostname: '127.0.0.1',
      port: 8086,
      host: '127.0.0.1:8086',
      prefix: '/photos/',
    });
    expect(at('https://store.example:443', false)).toMatchObject({ port: null, host: 'photos.store.example' });
    expect(at('http://[::1]:9000', true)).toMatchObject({ hostname: '::1', host: '[::1]:9000' });
  });

  test('COS, virtual-hosted', () => {
    const endpoint = new URL('https://cos.ap-guangzhou.myqcloud.com');
    const place = { bucket: 'photos-1250000000', endpoint, region: 'ap-guangzhou', pathStyle: false };
    expect(s3Address(place)).toMatchObject({ host: 'photos-1250000000.cos.ap-guangzhou.myqcloud.com', prefix: '/' });
  });
});
