// The entry point for S3 Batch Operations, over the samples.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type MessageReceiver, messageReceiver } from '../../testing/servers/message-receiver';

const root = join(__dirname, '..', '..');
const before = process.env;
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'batch-'));
  jest.spyOn(process.stdout, 'write').mockImplementation(() => true);
});
afterEach(() => {
  process.env = before;
  jest.restoreAllMocks();
  jest.resetModules();
  rmSync(folder, { recursive: true });
});

/** The entry point with these settings, which it reads when it is loaded. */
function load(settings: Readonly<Record<string, string>>): (event: unknown, context: unknown) => Promise<unknown> {
  process.env = { EXIF_BUCKET: `directory:${join(root, 'samples')}`, EXIF_CALLERS: 'platform', ...settings };
  return (require('../../handler/batch') as typeof import('../../handler/batch')).handler;
}

test.each(['s3-batch-1', 's3-batch-2'])('%s: the samples are cached', async (name) => {
  const event = JSON.parse(readFileSync(join(root, 'events', `${name}.json`), 'utf8'));
  event.tasks.push({ ...event.tasks[0], taskId: 'third', s3Key: 'none.jpg' });
  event.tasks.push({ ...event.tasks[0], taskId: 'fourth', s3Bucket: 'other', s3BucketArn: 'arn:aws:s3:::other' });
  const handler = load({ EXIF_CACHE: `directory:${folder}` });
  const reply = (await handler(event, {})) as { results: { resultCode: string; resultString: string }[] };
  expect(reply.results.map(({ resultCode, resultString }) => [resultCode, resultString.split(':')[0]])).toEqual([
    ['Succeeded', 'cached'],
    ['Succeeded', 'cached'],
    ['Succeeded', 'cached'],
    ['PermanentFailure', 'BucketUnknown'],
  ]);
  const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.json'));
  expect(entries).toHaveLength(3);
});

test('without a cache it does not start', () => {
  expect(() => load({})).toThrow(/^EXIF_CACHE is not set/);
});

describe('with a sink', () => {
  let receiver: MessageReceiver;
  let refused: (key: string) => boolean = () => false;
  beforeEach(async () => {
    refused = () => false;
    receiver = await messageReceiver((messages) => (messages.some(({ key }) => refused(key)) ? 401 : 204));
  });
  afterEach(() => receiver.close());

  const settings = (): Readonly<Record<string, string>> => ({
    EXIF_CACHE: `directory:${folder}`,
    EXIF_SINK: receiver.url,
    ...receiver.env,
  });
  type Reply = Readonly<{ results: readonly Readonly<{ taskId: string; resultCode: string; resultString: string }>[] }>;

  /** An event of `name` with a task for each key. */
  function eventOf(name: string, keys: readonly string[]) {
    const event = JSON.parse(readFileSync(join(root, 'events', `${name}.json`), 'utf8'));
    const [task] = event.tasks;
    const tasks = keys.map((key) => ({ ...task, taskId: key, s3Key: encodeURIComponent(key) }));
    return { ...event, tasks };
  }

  test.each(['s3-batch-1', 's3-batch-2'])(
    '%s: each task sends a message, also when the cache is up to date',
    async (name) => {
      const handler = load(settings());
      const keys = ['gps.jpg', 'text.txt', 'none.jpg'];
      for (let times = 0; times < 2; times++) {
        const { results } = (await handler(eventOf(name, keys), {})) as Reply;
        expect(results.map(({ resultCode }) => resultCode)).toEqual(['Succeeded', 'Succeeded', 'Succeeded']);
      }
      const byKey = keys.map((key) => receiver.messages.filter((message) => message.key === key));
      expect(byKey).toMatchObject([
        [{ type: 'read', record: { format: 'jpeg' } }, { type: 'read' }],
        [{ type: 'unreadable', code: 'NotAnImage' }, { type: 'unreadable' }],
        [{ type: 'removed' }, { type: 'removed' }],
      ]);
      for (const [first, second] of byKey) expect(second).toEqual(first);
    },
  );

  test('a message that the sink refuses is a temporary failure of its task only, and is sent by the next try', async () => {
    const handler = load(settings());
    refused = (key) => key === 'gps.jpg';
    // Each in its own event: messages that are sent together may be refused together.
    const results = [];
    for (const key of ['gps.jpg', 'plain.jpg']) {
      const reply = (await handler(eventOf('s3-batch-2', [key]), {})) as Reply;
      results.push(...reply.results);
    }
    expect(results).toMatchObject([
      { taskId: 'gps.jpg', resultCode: 'TemporaryFailure', resultString: expect.stringMatching(/^SinkFault: /) },
      { taskId: 'plain.jpg', resultCode: 'Succeeded' },
    ]);
    refused = () => false;
    expect(await handler(eventOf('s3-batch-2', ['gps.jpg']), {})).toMatchObject({
      results: [{ resultCode: 'Succeeded' }],
    });
    expect([...receiver.latest().keys()].sort()).toEqual(['gps.jpg', 'plain.jpg']);
  });

  test('of tasks in one event, only those fail whose message was refused', async () => {
    refused = () => false;
    await receiver.close();
    // 413 makes the sink divide the messages, so that one of them does not hold up the others.
    receiver = await messageReceiver((messages) => (messages.some(({ key }) => key === 'gps.jpg') ? 413 : 204));
    const handler = load(settings());
    const { results } = (await handler(eventOf('s3-batch-2', ['plain.jpg', 'gps.jpg', 'turned.jpg']), {})) as Reply;
    expect(results.map(({ taskId, resultCode }) => [taskId, resultCode])).toEqual([
      ['plain.jpg', 'Succeeded'],
      ['gps.jpg', 'TemporaryFailure'],
      ['turned.jpg', 'Succeeded'],
    ]);
  });
});
