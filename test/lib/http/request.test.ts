import { keyFromPath, type Routes, toObjectRef } from '../../../lib/http/request';
import { ProblemError } from '../../../lib/problem';
import { splitQuery } from '../../../lib/trigger/query';
import type { HttpRequest } from '../../../lib/types';

function request(path: string, query = 'exif', more: Partial<HttpRequest> = {}): HttpRequest {
  return { method: 'GET', path, pathDecoded: false, query: splitQuery(query), headers: {}, ...more };
}

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return error instanceof ProblemError ? error.code : `not a problem: ${String(error)}`;
  }
  return 'none';
}

describe('keyFromPath', () => {
  test.each([
    ['/a.jpg', 'a.jpg'],
    ['/folder/sub/a.jpg', 'folder/sub/a.jpg'],
    ['/a%20b.jpg', 'a b.jpg'],
    ['/a+b.jpg', 'a+b.jpg'],
    ['/a%2Bb.jpg', 'a+b.jpg'],
    ['/100%25.jpg', '100%.jpg'],
    ['/a%252Fb.jpg', 'a%2Fb.jpg'],
    ['/a%2Fb.jpg', 'a/b.jpg'],
    ['/a//b.jpg', 'a//b.jpg'],
    ['/a/./b.jpg', 'a/./b.jpg'],
    ['/a/../b.jpg', 'a/../b.jpg'],
    ['/a/%2e%2e/b.jpg', 'a/../b.jpg'],
    ['//a.jpg', '/a.jpg'],
    ['/a/', 'a/'],
    ['/a%3Fb.jpg', 'a?b.jpg'],
    ['/a%23b.jpg', 'a#b.jpg'],
    ['/a\\b.jpg', 'a\\b.jpg'],
    ['/%E7%85%A7%E7%89%87.jpg', '照片.jpg'],
    ['/%F0%9F%93%B7.jpg', '📷.jpg'],
    ['/caf%C3%A9.jpg', 'caf\u00e9.jpg'],
    ['/cafe%CC%81.jpg', 'cafe\u0301.jpg'],
    ['/a%00b', 'a\0b'],
  ])('decodes %s exactly once', (path, key) => {
    expect(keyFromPath(request(path))).toBe(key);
  });

  test('leaves a path that the gateway decoded as it is', () => {
    expect(keyFromPath(request('/100%25 a+b.jpg', 'exif', { pathDecoded: true }))).toBe('100%25 a+b.jpg');
  });

  test.each([
    ['/%', 'InvalidURI'],
    ['/%zz', 'InvalidURI'],
    ['/%C3', 'InvalidURI'],
    ['/%FF', 'InvalidURI'],
    ['/%ED%A0%80', 'InvalidURI'],
    ['/%C0%AF', 'InvalidURI'],
    ['/', 'KeyMissing'],
    ['', 'InvalidURI'],
    ['*', 'InvalidURI'],
    [`/${'a'.repeat(1025)}`, 'KeyTooLong'],
    [`/${'a'.repeat(1_000_000)}`, 'KeyTooLong'],
    [`/${'%E7%85%A7'.repeat(342)}`, 'KeyTooLong'],
  ])('refuses %.20s', (path, code) => {
    expect(codeOf(() => keyFromPath(request(path)))).toBe(code);
  });

  test('takes a key of 1,024 bytes, each percent-encoded', () => {
    expect(keyFromPath(request(`/${'%61'.repeat(1024)}`))).toBe('a'.repeat(1024));
  });

  test('refuses half of a surrogate pair in a decoded path', () => {
    expect(codeOf(() => keyFromPath(request('/\ud83d.jpg', 'exif', { pathDecoded: true })))).toBe('InvalidURI');
  });
});

describe('toObjectRef', () => {
  const routes: Routes = {
    hosts: new Map([
      ['photos-1250000000.cos.ap-guangzhou.myqcloud.com', { bucketId: 'one', bucket: 'photos-1250000000' }],
    ]),
    fallback: { bucketId: 'two', bucket: 'other' },
  };
  const refFor = (host: string, given = routes) => toObjectRef(request('/a.jpg', 'exif', { headers: { host } }), given);

  test.each([
    ['photos-1250000000.cos.ap-guangzhou.myqcloud.com', 'one'],
    ['PHOTOS-1250000000.cos.ap-guangzhou.myqcloud.com:443', 'one'],
    ['photos-1250000000.cos.ap-guangzhou.myqcloud.com.', 'one'],
    ['127.0.0.1:9000', 'two'],
    ['', 'two'],
    ['__proto__', 'two'],
  ])('host %s leads to bucket %s', (host, bucketId) => {
    expect(refFor(host)).toMatchObject({ bucketId, key: 'a.jpg' });
  });

  test('an unknown host without a fallback leads to no bucket', () => {
    expect(codeOf(() => refFor('elsewhere', { ...routes, fallback: null }))).toBe('NoSuchBucket');
  });
});
