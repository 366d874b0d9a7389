// The code on its way to SCF: in the request, or through a bucket.
import { fakeS3 } from '../../testing/servers/fake-s3';
import { rawServer } from '../../testing/servers/raw-s3';
import { type ScfApiServer, scfApi, scfKeys } from '../../testing/servers/scf-api';
import { publicBucket, runDeploy } from './scf-world';

const web = ['--region', 'ap-guangzhou', '--function', 'exif', '--bucket', 'photos-1250000000', '--role', 'exif-role'];

let api: ScfApiServer;
beforeEach(async () => {
  api = await scfApi();
});
afterEach(() => api.close());

describe('the code', () => {
  const large = (_root: string, sharp: 'both' | 'wasm') => ({
    bytes: new Uint8Array(sharp === 'both' ? 13_000_000 : 5_000_000),
    files: [],
    native: sharp === 'both',
  });

  test('leaves the native build out where a request does not take both, and says so', async () => {
    const { code, out } = await runDeploy(api, web, publicBucket, { zip: large, callMs: 20_000 });
    expect(code).toBe(0);
    expect(out).toContain('Code: 5.0 MB, 0 files, sharp as WebAssembly build only');
    expect(out).toContain('--code-bucket');
  });

  test('that no request takes is refused before anything is sent', async () => {
    const zip = () => ({ bytes: new Uint8Array(9_000_000), files: [], native: false });
    const { code, err } = await runDeploy(api, web, publicBucket, { zip });
    expect({ code, err }).toMatchObject({ code: 2, err: expect.stringContaining('add --code-bucket NAME-APPID') });
    expect(api.calls).toEqual([]);
  });

  test('goes whole through a bucket, and a bucket that refuses it stops the run', async () => {
    const objects = new Map<string, Uint8Array>();
    const store = await rawServer(fakeS3('code-1250000000', objects));
    const codePlace = { bucket: 'code-1250000000', endpoint: store.endpoint, region: 'ap-guangzhou', pathStyle: true };
    const args = [...web, '--code-bucket', 'code-1250000000'];
    const { code, out } = await runDeploy(api, args, publicBucket, { codePlace });
    const wrong = await runDeploy(api, args, { ...publicBucket, TENCENTCLOUD_SECRETKEY: 'another' }, { codePlace });
    await store.close();
    expect(code).toBe(0);
    expect(out).toContain('through code-1250000000');
    const [[path, bytes] = ['', null]] = objects;
    expect(path).toMatch(/^bucket-exif\/[0-9a-f]{64}\.zip$/);
    expect(bytes).toEqual(new Uint8Array(new TextEncoder().encode('a zip, both')));
    expect(api.functions.get('exif')?.code).toEqual({
      CosBucketName: 'code',
      CosObjectName: `/${path}`,
      CosBucketRegion: 'ap-guangzhou',
      CodeSource: 'Cos',
    });
    expect(store.requests[0]?.headers['x-amz-security-token']).toBe(scfKeys.token);
    expect(wrong.code).toBe(1);
  });
});
