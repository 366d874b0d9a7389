// The service with its cache in annotations, over a fake of S3: what it asks the store for, and that the cache never fails an answer.

import { checkedToken } from '../../lib/s3/annotation';
import { lambdaHttpTriggers, lambdaUploadTriggers } from '../../lib/trigger';
import { readConfig } from '../../service/config/config';
import { createHandler } from '../../service/create-handler';
import { createEventRun, createRun } from '../../service/job-runner';
import { buildJpeg, exifSegment, frameHeader } from '../../testing/build/jpeg';
import { ascii, buildTiff } from '../../testing/build/tiff';
import { s3Change } from '../../testing/fakes/model-events';
import { refuse, type Said, type Wrongs } from '../../testing/servers/annotation-model';
import { type AnnotationS3, annotationS3 } from '../../testing/servers/annotation-s3';
import { serverEnv } from '../../testing/servers/signed-http';
import { sample } from '../lib/trigger/platforms';

jest.setTimeout(60_000); // a busy machine

const imageBy = (make: string): Uint8Array =>
  buildJpeg([exifSegment(buildTiff({ fields: [ascii(0x010f, make)] })), frameHeader(16, 16)]);
const [first, second] = [imageBy('First'), imageBy('Second')];

let s3: AnnotationS3;
let lines: string[];
let written: jest.SpyInstance;
beforeEach(() => {
  lines = [];
  written = jest.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
});
afterEach(async () => {
  written.mockRestore();
  await s3.close();
});

const start = async (wrongs: Wrongs = {}): Promise<void> => {
  s3 = await annotationS3('photos', wrongs);
  s3.putObject('a.jpg', first);
};

type Freshness = 'verify' | 'trust' | '60';
function settings(freshness: Freshness): Record<string, string> {
  const token = checkedToken({ bucket: 'photos', endpoint: new URL(s3.endpoint) });
  return {
    EXIF_BUCKET: `s3://photos?region=eu-west-1&endpoint=${s3.endpoint}`,
    EXIF_CALLERS: 'platform',
    EXIF_CACHE: `annotation:?emulator=1&checked=${token}`,
    EXIF_FRESHNESS: freshness,
    EXIF_TRY_MS: '500',
    ...(freshness === '60' ? {} : { EXIF_ANSWERS_MIB: '0' }),
    ...serverEnv,
  };
}

/** A new process of the http function; each answer with the requests that it took. */
function service(freshness: Freshness) {
  const handle = createHandler(lambdaHttpTriggers, createRun(readConfig(settings(freshness))));
  return async (key = 'a.jpg') => {
    s3.told.length = 0;
    const event = { ...sample('function-url'), rawPath: `/${key}`, rawQueryString: 'exif/style/flat' };
    const { statusCode, body } = (await handle(event, {})) as { statusCode: number; body: string };
    const make = statusCode === 200 ? (JSON.parse(body) as { make?: string }).make : null;
    return { status: statusCode, make, asked: [...s3.told] };
  };
}

/** Follows events of objects. */
async function follow(event: string, key = 'a.jpg', sequencer = '0055AED6DC00'): Promise<readonly string[]> {
  s3.told.length = 0;
  const record = s3Change({ name: 'photos', key, event, source: 'aws:s3', ms: Date.now(), sequencer, versionId: '' });
  await createHandler(lambdaUploadTriggers, createEventRun(readConfig(settings('verify'))))({ Records: [record] }, {});
  return [...s3.told];
}

const [look, read, put, check] = [
  'GET a.jpg?annotation&annotationName',
  'GET a.jpg',
  'PUT a.jpg?annotation&annotationName',
  'GET a.jpg if-none-match',
];
/** Before its first put, a process makes sure that the store knows annotations, unless a look-up has shown it. */
const probe = look;
const made = (key = 'a.jpg') => s3.objects.get(key)?.at(-1)?.annotations.get('bucket-exif');

test.each([true, false])(
  'verify saves parsing, and never answers for another version (versioned: %p)',
  async (versioned) => {
    await start();
    s3.versioned = versioned;
    expect(await service('verify')()).toEqual({ status: 200, make: 'First', asked: [look, read, put] });
    expect(await service('verify')()).toEqual({ status: 200, make: 'First', asked: [look, check] });
    s3.putObject('a.jpg', second);
    expect(await service('verify')()).toEqual({ status: 200, make: 'Second', asked: [look, read, put] });
    s3.objects.delete('a.jpg');
    expect(await service('verify')()).toMatchObject({ status: 404, asked: [look, read] });
  },
);

test('verify is right also when an overwrite keeps the annotation', async () => {
  await start({ keepsOnOverwrite: true });
  await service('verify')();
  s3.putObject('a.jpg', second);
  expect(await service('verify')()).toEqual({ status: 200, make: 'Second', asked: [look, check, probe, put] });
});

test.each([true, false])('trust is one GET, and a new version has no annotation (versioned: %p)', async (versioned) => {
  await start();
  s3.versioned = versioned;
  expect(await service('trust')()).toEqual({ status: 200, make: 'First', asked: [look, read, put] });
  expect(await service('trust')()).toEqual({ status: 200, make: 'First', asked: [look] });
  s3.putObject('a.jpg', second);
  expect(await service('trust')()).toEqual({ status: 200, make: 'Second', asked: [look, read, put] });
  s3.objects.delete('a.jpg');
  expect(await service('trust')()).toMatchObject({ status: 404, asked: [look, read] });
});

test('EXIF_FRESHNESS=60 asks for nothing while an answer in memory is fresh', async () => {
  await start();
  const ask = service('60');
  await ask();
  expect(await ask()).toEqual({ status: 200, make: 'First', asked: [] });
});

test('an object that is not an image is known, too', async () => {
  await start();
  s3.putObject('a.jpg', Buffer.from('plain text'));
  expect(await service('trust')()).toMatchObject({ status: 400, asked: [look, read, put] });
  expect(await service('trust')()).toMatchObject({ status: 400, asked: [look] });
});

test('an entry of other settings is read again, and replaced', async () => {
  await start();
  await service('trust')();
  const run = createRun(readConfig({ ...settings('trust'), EXIF_DROP: 'gps' }));
  s3.told.length = 0;
  await createHandler(lambdaHttpTriggers, run)(
    { ...sample('function-url'), rawPath: '/a.jpg', rawQueryString: 'exif' },
    {},
  );
  expect(s3.told).toEqual([look, read, probe, put]);
});

describe('an answer never fails because of the cache', () => {
  const faults: readonly (readonly [string, Said | 'hang'])[] = [
    ...(
      [
        [403, 'AccessDenied'],
        [500, 'InternalError'],
        [503, 'SlowDown'],
        [501, 'NotImplemented'],
        [400, 'InvalidRequest'],
        [409, 'OperationAborted'],
        [412, 'PreconditionFailed'],
        [405, 'MethodNotAllowed'],
        [404, 'NoSuchBucket'],
      ] as const
    ).map(([status, code]) => [`${status} ${code}`, refuse(status, code)] as const),
    ['a body that is not XML', { status: 500, body: '\0' }],
    ['a redirect', { status: 307, headers: { Location: 'http://127.0.0.1:1/' } }],
    ['no answer', 'hang'],
  ];
  const cases = faults.flatMap(([name, said]) => ['GET', 'PUT'].map((method) => [method, name, said] as const));

  test.each(cases)('%s: %s', async (method, _name, said) => {
    await start();
    s3.before.answer = (asked) => (asked.query.has('annotation') && asked.method === method ? said : null);
    for (const freshness of ['verify', 'trust'] as const)
      expect(await service(freshness)()).toMatchObject({ status: 200, make: 'First' });
    expect(made()).toBeUndefined();
  });

  test.each([
    ['a list of annotations', '<ListObjectAnnotationsOutput></ListObjectAnnotationsOutput>'],
    ['an empty body', ''],
    ['a long text', 'x'.repeat(2 ** 20 + 1)],
  ])('a look-up that answers with %s', async (_name, body) => {
    await start();
    s3.before.answer = ({ query, method }) =>
      query.has('annotation') && method === 'GET' ? { status: 200, body } : null;
    for (const freshness of ['verify', 'trust'] as const)
      expect(await service(freshness)()).toMatchObject({ status: 200, make: 'First' });
  });

  test('a store without annotations keeps its images', async () => {
    await start({ ignoresParameter: true });
    expect(await service('verify')()).toMatchObject({ status: 200, make: 'First' });
    expect(await service('trust')()).toMatchObject({ status: 200, make: 'First' });
    expect(s3.objects.get('a.jpg')?.at(-1)?.bytes).toEqual(Buffer.from(first));
    expect(lines.join('')).toMatch(/may not have annotations\. Nothing was written/);
  });
});

describe('upload events', () => {
  test('an upload is read and put once; the same event again puts nothing', async () => {
    await start();
    expect(await follow('ObjectCreated:Put')).toEqual([look, read, put]);
    expect(await follow('ObjectCreated:Put')).toEqual([look, check]);
    expect(await service('trust')()).toMatchObject({ make: 'First', asked: [look] });
  });

  test('a removal needs no put, also when it arrives late', async () => {
    await start();
    await follow('ObjectCreated:Put');
    expect(await follow('ObjectRemoved:Delete', 'a.jpg', '0055AED6DC99')).toEqual([look]);
    expect(await service('trust')()).toMatchObject({ make: 'First', asked: [look] });
    s3.objects.delete('a.jpg');
    expect(await follow('ObjectRemoved:Delete', 'a.jpg', '0055AED6DCAA')).toEqual([look]);
  });

  test('events of annotations cause no work: there is no loop', async () => {
    await start();
    for (const event of ['ObjectAnnotation:Put', 'ObjectAnnotation:Delete']) expect(await follow(event)).toEqual([]);
  });

  test('a copy that has the annotation is not parsed again', async () => {
    await start();
    await follow('ObjectCreated:Put');
    const annotation = made();
    const copy = s3.putObject('b.jpg', first);
    if (annotation !== undefined) copy.annotations.set('bucket-exif', annotation);
    const asked = await follow('ObjectCreated:Copy', 'b.jpg');
    expect(asked).toEqual(['GET b.jpg?annotation&annotationName', 'GET b.jpg if-none-match']);
    expect(await service('trust')('b.jpg')).toMatchObject({ make: 'First' });
  });

  test('an object that is replaced between its reading and the put is followed again', async () => {
    await start();
    let puts = 0;
    s3.before.answer = ({ method }) => {
      if (method === 'PUT' && puts++ === 0) s3.putObject('a.jpg', second);
      return null;
    };
    expect(await follow('ObjectCreated:Put')).toEqual([look, read, put, look, read, put]);
    s3.before.answer = () => null;
    expect(await service('trust')()).toMatchObject({ make: 'Second', asked: [look] });
  });

  test('a late reading of an earlier version leaves the entry of the newer one alone', async () => {
    await start();
    let puts = 0;
    // While the request waits with its entry, the new version is uploaded, followed and cached.
    s3.before.answer = ({ method, query }) => {
      if (method !== 'PUT' || !query.has('annotation') || puts++ > 0) return null;
      const { annotations } = s3.putObject('a.jpg', second);
      annotations.set('bucket-exif', { bytes: Buffer.from('of the second'), etag: '"x"', before: null });
      return null;
    };
    expect(await service('trust')()).toMatchObject({ status: 200, make: 'First' });
    expect(made()?.bytes.toString()).toBe('of the second');
  });

  test('an object that cannot be read now fails the event, and leaves the entry of its version alone', async () => {
    await start();
    await follow('ObjectCreated:Put');
    s3.before.answer = ({ method, query }) =>
      method === 'GET' && !query.has('annotation') ? refuse(503, 'SlowDown') : null;
    await expect(follow('ObjectCreated:Put', 'a.jpg', '0055AED6DC77')).rejects.toThrow();
    s3.before.answer = () => null;
    expect(await service('trust')()).toMatchObject({ make: 'First', asked: [look] });
  });
});
