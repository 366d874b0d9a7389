// Messages: what they say about each state, what identifies them, and how a long one is cut. All keep to
// docs/schema/sink.schema.json.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020';
import type { SinkMessage as PublishedMessage } from '../../../lib/api/answers';
import { fitMessage, messageOf } from '../../../lib/sink/message';
import type { ObjectState, SinkMessage, SinkStyle } from '../../../lib/sink/sink';
import { styleNames } from '../../../lib/style';
import { oddTags, recordOf, refTo } from '../cache/entries';
import { metadataState, readState, removedState, unreadableState } from './states';

const schemas = join(__dirname, '../../../docs/schema');
const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allErrors: true });
for (const name of readdirSync(schemas)) ajv.addSchema(JSON.parse(readFileSync(join(schemas, name), 'utf8')), name);

/** What the schema finds wrong with a message, as its receiver gets it. */
function faultsOf(message: SinkMessage): unknown {
  const validate = ajv.getSchema('sink.schema.json');
  if (validate === undefined) throw new Error('there is no schema');
  return validate(JSON.parse(JSON.stringify(message))) ? null : validate.errors;
}

/** A state with every kind of value, and with metadata when the style asks for it. */
function oddState(style: SinkStyle): ObjectState {
  const { entry } = readState('a.jpg', 3);
  const record = { ...recordOf(oddTags), stat: { size: 1, etag: null, lastModified: null } };
  const metadata = style === 'metadata' ? JSON.stringify({ make: 'Canon', keywords: ['a'], size: 1 }) : null;
  return { ...readState('a.jpg', 3), entry: { ...entry, content: { kind: 'record', record } }, metadata };
}

const about = { bucket: 'photos', key: 'a.jpg', order: 3, id: expect.stringMatching(/^[0-9a-f]{32}$/) };

test('of an object that was read', async () => {
  const message = await messageOf(readState('a.jpg', 3), 'flat');
  expect(message).toEqual({
    ...about,
    type: 'read',
    etag: '"e1"',
    size: 1234,
    lastModified: '2026-11-03T10:00:00.000Z',
    style: 'flat',
    record: { make: 'Canon', height: 640, orientation: 6, format: 'jpeg', size: 1234, etag: '"e1"' },
  });
  expect(faultsOf(message)).toBeNull();
});

test('of an object that is gone', async () => {
  const message = await messageOf(removedState('a.jpg', 3), 'flat');
  expect(message).toEqual({ ...about, type: 'removed', etag: null, size: null, lastModified: null });
  expect(faultsOf(message)).toBeNull();
});

test('of an object that is not an image, and of one whose reading failed for good', async () => {
  const message = await messageOf(unreadableState('a.jpg', 3), 'flat');
  expect(message).toEqual({
    ...about,
    type: 'unreadable',
    etag: '"t"',
    size: 5,
    lastModified: null,
    code: 'NotAnImage',
  });
  expect(faultsOf(message)).toBeNull();
  const archived = await messageOf({ ...removedState('a.jpg', 3), failure: 'InvalidObjectState' }, 'flat');
  expect(archived).toMatchObject({ type: 'unreadable', code: 'InvalidObjectState', etag: null });
  expect(faultsOf(archived)).toBeNull();
});

test.each<SinkStyle>([...styleNames, 'metadata'])(
  'every message in the style %s keeps to the schema',
  async (style) => {
    for (const state of [oddState(style), removedState('a.jpg', 3), unreadableState('a.jpg', 3)]) {
      const message = await messageOf(state, style);
      expect(faultsOf(message)).toBeNull();
      expect(message.style).toBe(message.type === 'read' ? style : undefined);
      for (const maxBytes of [1000, 400, 10]) expect(faultsOf(fitMessage(message, maxBytes).message)).toBeNull();
    }
  },
);

test('the schema refuses messages that mix the types, and unknown members', async () => {
  const read = await messageOf(readState('a.jpg', 3), 'flat');
  const removed = await messageOf(removedState('a.jpg', 3), 'flat');
  for (const wrong of [
    { ...read, code: 'NotAnImage' },
    { ...removed, record: {} },
    { ...removed, etag: '"e"' },
    { ...removed, type: 'gone' },
    { ...read, id: 'x' },
    { ...read, order: 1.5 },
    { ...read, note: '' },
    { ...read, record: { make: 7 } },
  ])
    expect(faultsOf(wrong as SinkMessage)).not.toBeNull();
});

test('the published type has the type of a message apart', () => {
  const textOf = (message: PublishedMessage): string =>
    message.type === 'read' ? message.style : message.type === 'unreadable' ? message.code : message.key;
  expect(textOf(JSON.parse('{"type":"removed","key":"a"}'))).toBe('a');
});

test('the id is the same for the same state, and another one for every other', async () => {
  const idOf = async (state: ObjectState): Promise<string> => (await messageOf(state, 'flat')).id;
  const { entry } = readState('a.jpg', 3);
  const others = [
    readState('b.jpg', 3),
    readState('a.jpg', 4),
    readState('a.jpg', 3, 'photo'),
    removedState('a.jpg', 3),
    { ...readState('a.jpg', 3), entry: { ...entry, ref: refTo('s/a.jpg', 'photo') } },
  ];
  const ids = await Promise.all([readState('a.jpg', 3), ...others].map(idOf));
  expect(new Set(ids).size).toBe(ids.length);
  expect(await idOf(readState('a.jpg', 3))).toBe(ids[0]);
  expect((await messageOf(readState('a.jpg', 3), 'typed')).id).not.toBe(ids[0]);
});

test('a long message loses its tags, and then its record; what is left says so', async () => {
  const record = { make: 'é'.repeat(100), tags: { Software: 'x'.repeat(500) } };
  const message = await messageOf(metadataState('a.jpg', 3, record), 'metadata');
  const lengthOf = (text: string): number => Buffer.byteLength(text);
  const whole = fitMessage(message, 5000);
  expect(JSON.parse(whole.text)).toEqual(message);
  expect(fitMessage(message, lengthOf(whole.text)).text).toBe(whole.text);
  const tags = fitMessage(message, lengthOf(whole.text) - 1);
  expect(tags.message).toMatchObject({ cut: 'tags', record: { make: record.make }, style: 'metadata' });
  expect(tags.message.record).not.toHaveProperty('tags');
  expect(fitMessage(message, lengthOf(tags.text)).text).toBe(tags.text);
  const bare = fitMessage(message, lengthOf(tags.text) - 1);
  expect(bare.message).toMatchObject({ cut: 'record', style: 'metadata', etag: '"e1"' });
  expect(bare.message).not.toHaveProperty('record');
  const withoutTags = await messageOf(metadataState('a.jpg', 3, { make: record.make }), 'metadata');
  expect(fitMessage(withoutTags, 300).message).toMatchObject({ cut: 'record' });
});

test('the text has every character that XML cannot have as an escape', async () => {
  const odd = '\u0000\u001f\ud800\ufffe\uffff';
  const { text } = fitMessage(await messageOf(metadataState('a.jpg', 3, { title: odd }), 'metadata'), 5000);
  expect(text).toContain(String.raw`\u0000\u001f\ud800\ufffe\uffff`);
  expect(JSON.parse(text).record.title).toBe(odd);
});

test('a date that is none is not known', async () => {
  const state = unreadableState('a.jpg', 3);
  const stat = { size: 5, etag: null, lastModified: new Date(Number.NaN) };
  const content = { kind: 'fault', code: 'NotAnImage', stat } as const;
  const message = await messageOf({ ...state, entry: { ...state.entry, content } }, 'flat');
  expect(message.lastModified).toBeNull();
});
