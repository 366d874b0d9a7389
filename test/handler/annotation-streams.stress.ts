// Random changes of objects, uploads that are followed late, twice and in another order, requests that wait in between, and copies:
// with `trust` an answer is always about the bytes that the object has, without any event. STREAMS=1000 tries more.
import { checkedToken } from '../../lib/s3/annotation';
import { lambdaHttpTriggers, lambdaUploadTriggers } from '../../lib/trigger';
import { readConfig } from '../../service/config/config';
import { createHandler } from '../../service/create-handler';
import { createEventRun, createRun } from '../../service/job-runner';
import { buildJpeg, exifSegment, frameHeader } from '../../testing/build/jpeg';
import { ascii, buildTiff } from '../../testing/build/tiff';
import { s3Change } from '../../testing/fakes/model-events';
import { type Random, seededRandom } from '../../testing/random/seeded';
import { refuse } from '../../testing/servers/annotation-model';
import { type AnnotationS3, annotationS3 } from '../../testing/servers/annotation-s3';
import { serverEnv } from '../../testing/servers/signed-http';
import { sample } from '../lib/trigger/platforms';

jest.setTimeout(600_000);

const streams = Number(process.env['STREAMS'] ?? 10);
const steps = 25;
const keys = ['a.jpg', 'b.jpg'] as const;
// Few contents, so that an ETag comes back.
const makes = ['One', 'Two', 'Three'] as const;
const images = new Map(
  makes.map((make) => {
    const tiff = buildTiff({ fields: [ascii(0x010f, make)] });
    return [make, Buffer.from(buildJpeg([exifSegment(tiff), frameHeader(16, 16)]))] as const;
  }),
);

type Handle = ReturnType<typeof createHandler>;
type World = Readonly<{ s3: AnnotationS3; random: Random; http: Handle; upload: Handle; events: object[] }>;

/** The Make that an object has now; null when it does not exist. */
function truth({ s3 }: World, key: string): string | null {
  const version = s3.objects.get(key)?.at(-1);
  if (version === undefined || version.isMarker) return null;
  return makes.find((make) => images.get(make)?.equals(version.bytes)) ?? null;
}

async function ask({ http }: World, key: string): Promise<string | null> {
  const event = { ...sample('function-url'), rawPath: `/${key}`, rawQueryString: 'exif/style/flat' };
  const { statusCode, body } = (await http(event, {})) as { statusCode: number; body: string };
  if (statusCode === 404) return null;
  expect(statusCode).toBe(200);
  return (JSON.parse(body) as { make: string }).make;
}

/** Changes an object as a user does, and keeps the event for later, perhaps twice. */
function change({ s3, random, events }: World): void {
  const key = random.pick(keys);
  const other = keys.find((name) => name !== key) ?? key;
  const source = s3.objects.get(other)?.at(-1);
  const at = Date.now();
  const note = (event: string): void => {
    const sequencer = `0055AED6DC${random.below(0xffff).toString(16).padStart(6, '0')}`;
    const record = s3Change({ name: 'photos', key, event, source: 'aws:s3', ms: at, sequencer, versionId: '' });
    for (let copies = random.chance(0.3) ? 2 : 1; copies > 0; copies--)
      events.splice(random.below(events.length + 1), 0, record);
  };
  const kind = random.below(100) / 100;
  if (kind < 0.25) {
    s3.objects.delete(key);
    note('ObjectRemoved:Delete');
  } else if (kind < 0.45 && source !== undefined) {
    const copy = s3.putObject(key, source.bytes);
    for (const [name, annotation] of source.annotations) copy.annotations.set(name, annotation);
    note('ObjectCreated:Copy');
  } else {
    s3.putObject(key, images.get(random.pick(makes)) ?? Buffer.alloc(0));
    note('ObjectCreated:Put');
  }
}

async function follow({ upload, events, random }: World): Promise<void> {
  const records = events.splice(0, 1 + random.below(3));
  if (records.length === 0) return;
  // With faults, the platform delivers them again.
  await upload({ Records: records }, {}).catch(() => void events.push(...records));
}

async function runStream(seed: number, versioned: boolean): Promise<void> {
  const s3 = await annotationS3();
  s3.versioned = versioned;
  const token = checkedToken({ bucket: 'photos', endpoint: new URL(s3.endpoint) });
  const env = {
    ...{ EXIF_BUCKET: `s3://photos?region=eu-west-1&endpoint=${s3.endpoint}`, EXIF_CALLERS: 'platform' },
    ...{ EXIF_CACHE: `annotation:?emulator=1&checked=${token}`, EXIF_FRESHNESS: 'trust', ...serverEnv },
    ...{ EXIF_ANSWERS_MIB: seed % 2 === 0 ? '0' : '1' },
  };
  const random = seededRandom(seed);
  const http = createHandler(lambdaHttpTriggers, createRun(readConfig(env)));
  const upload = createHandler(lambdaUploadTriggers, createEventRun(readConfig(env)));
  const world: World = { s3, random, http, upload, events: [] };
  try {
    for (let step = 0; step < steps; step++) {
      change(world);
      // Objects change between any two requests of those who read now; some calls for annotations fail.
      s3.before.answer = ({ query }) => {
        if (random.chance(0.15)) change(world);
        return query.has('annotation') && random.chance(0.1) ? refuse(403, 'AccessDenied') : null;
      };
      await Promise.all([...keys.map((key) => ask(world, key)), follow(world)]);
      s3.before.answer = () => null;
      for (const key of keys) expect([step, key, await ask(world, key)]).toEqual([step, key, truth(world, key)]);
    }
    while (world.events.length > 0) await follow(world);
    for (const key of keys) {
      expect([key, await ask(world, key)]).toEqual([key, truth(world, key)]);
      s3.told.length = 0;
      await ask(world, key);
      // All events are followed, so the annotation is the whole answer.
      if (truth(world, key) !== null) expect(s3.told).toEqual([`GET ${key}?annotation&annotationName`]);
    }
  } finally {
    await s3.close();
  }
}

test.each([false, true])('no answer of trust is about other bytes (versioned: %p)', async (versioned) => {
  const written = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    for (let seed = 1; seed <= streams; seed++) {
      try {
        await runStream(seed, versioned);
      } catch (error) {
        throw new Error(`stream ${seed}: ${(error as Error).message}`, { cause: error });
      }
    }
  } finally {
    written.mockRestore();
  }
});
