// A batch through every entry point that cannot stream: the body comes in with the event, and the answer is one array.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lambdaHttpTriggers, scfTriggers } from '../../lib/trigger';
import { readConfig } from '../../service/config/config';
import { createHandler } from '../../service/create-handler';
import { createRun } from '../../service/job-runner';
import { platforms } from '../lib/trigger/platforms';

const root = join(__dirname, '..', '..');
const settings = { EXIF_BUCKET: join(root, 'samples'), EXIF_CALLERS: 'signed', EXIF_PUBLIC: '*' };
const event = JSON.parse(readFileSync(join(root, 'events', 'batch-function-url.json'), 'utf8')) as { body: string };

type Reply = Readonly<{ statusCode: number; body: string; isBase64Encoded: boolean }>;

async function answer(sent: object, more: Readonly<Record<string, string>> = { EXIF_BATCH: '1' }): Promise<Reply> {
  const triggers = [...lambdaHttpTriggers, ...scfTriggers];
  return (await createHandler(triggers, createRun(readConfig({ ...settings, ...more })))(sent, {})) as Reply;
}

let log: jest.SpyInstance;
beforeEach(() => {
  log = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterEach(() => log.mockRestore());

const lines = [
  { key: 'gps.jpg', status: 200, etag: expect.any(String), exif: expect.objectContaining({ format: 'jpeg' }) },
  { key: 'none.jpg', status: 404, code: 'NoSuchKey', reason: 'NoSuchKey', detail: expect.any(String) },
  { key: 'text.txt', status: 400, code: 'InvalidImageFormat', reason: 'NotAnImage', detail: expect.any(String) },
];

test('the sample event', async () => {
  const reply = await answer(event);
  expect(reply).toMatchObject({ statusCode: 200, isBase64Encoded: false });
  expect(JSON.parse(reply.body)).toEqual(lines);
});

describe.each(platforms.map((platform) => [platform.sample, platform] as const))('%s', (_, { present }) => {
  const sent = (more: object): object => ({ ...present({ path: '/-/batch', method: 'POST' }), ...more });

  test.each([
    ['text', { body: event.body, isBase64Encoded: false }],
    ['base64', { body: Buffer.from(event.body).toString('base64'), isBase64Encoded: true }],
  ])('a body as %s', async (_form, body) => {
    const reply = await answer(sent(body));
    expect([reply.statusCode, JSON.parse(reply.body)]).toEqual([200, lines]);
  });

  test.each([
    ['no body', {}],
    ['null', { body: null }],
    ['bad base64', { body: '!', isBase64Encoded: true }],
  ])('%s is refused', async (_form, body) => {
    expect(await answer(sent(body))).toMatchObject({ statusCode: 400, body: expect.stringContaining('must be JSON') });
  });

  test('without the setting, or as another method, there is no batch', async () => {
    expect(await answer(sent({ body: event.body }), {})).toMatchObject({ statusCode: 405 });
    const put = { ...present({ path: '/-/batch', method: 'PUT' }), body: event.body };
    expect(await answer(put)).toMatchObject({ statusCode: 405 });
  });
});
