// Items of DynamoDB. test/lib/sink/dynamodb.system.ts puts them into a table.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { itemOf, withoutLongTexts } from '../../../lib/sink/item';
import type { SinkMessage } from '../../../lib/sink/sink';

const now = new Date('2026-11-03T10:00:00.900Z');
const message: SinkMessage = {
  id: '0'.repeat(32),
  type: 'read',
  bucket: 'photos',
  key: 'a.jpg',
  order: 7,
  etag: '"e1"',
  size: 1234,
  lastModified: '2026-11-03T10:00:00.000Z',
  style: 'flat',
};
const itemWith = (record: Record<string, unknown>) => itemOf({ ...message, record }, now) ?? {};
const bare = {
  object: { S: 'photos/a.jpg' },
  bucket: { S: 'photos' },
  key: { S: 'a.jpg' },
  order: { N: '7' },
  type: { S: 'read' },
  etag: { S: '"e1"' },
  size: { N: '1234' },
  lastModified: { S: '2026-11-03T10:00:00.000Z' },
};

test('members of a record never replace another attribute', () => {
  const record = {
    ...{ object: 'x', bucket: 'x', key: 'x', order: 'x', etag: 'x', size: 9, lastModified: 'x', type: 'x' },
    ...{ code: 'x', cut: 'x', expires: 1 },
  };
  expect(itemWith(record)).toEqual({
    ...bare,
    ...Object.fromEntries(
      ['object', 'bucket', 'key', 'order', 'lastModified', 'type', 'code', 'cut'].map((name) => [
        `record_${name}`,
        { S: 'x' },
      ]),
    ),
    record_expires: { N: '1' },
  });
});

test('the item of docs/sinks.md is that of its message', () => {
  const page = readFileSync(join(__dirname, '../../../docs/sinks.md'), 'utf8');
  const [, text = '{}'] = /```json\n(\{\n {2}"object": [\s\S]*?)```/.exec(page) ?? [];
  const record = { make: 'Canon', takenAt: '2026-11-03T09:15:00', latitude: 47.3769, iso: 200 };
  const shown: SinkMessage = {
    ...message,
    key: '2024/gps.jpg',
    order: 1793701230456,
    etag: '"9a0364b9e99bb480dd25e1f0284c8555"',
    size: 4194304,
    lastModified: '2026-11-03T10:20:30.000Z',
    record: { ...record, size: 4194304, tags: { BodySerialNumber: '012345' } },
  };
  expect(itemOf(shown, now)).toEqual(JSON.parse(text));
});

test('names that no attribute can have are left out', () => {
  const record = JSON.parse(
    `{"":1,"__proto__":{"a":1},"${'n'.repeat(256)}":1,"\\ud800":1,"ok":{"":1,"__proto__":2,"b":3}}`,
  );
  expect(itemWith(record)).toEqual({ ...bare, ok: { M: { b: { N: '3' } } } });
});

test('what is not known is left out', () => {
  const unknown = itemOf({ ...message, etag: null, size: null, lastModified: null, record: {} }, now);
  expect(Object.keys(unknown ?? {})).toEqual(['object', 'bucket', 'key', 'order', 'type']);
});

test('levels that DynamoDB does not take become a text', () => {
  const deep: unknown = Array.from({ length: 100 }).reduce((inner) => ({ a: inner }), 1);
  const levels = JSON.stringify(itemWith({ deep })).match(/"M":/g) ?? [];
  expect(levels).toHaveLength(30);
  expect(JSON.stringify(itemWith({ deep }))).toContain('"S":"{');
});

test('a message that was cut before says so', () => {
  expect(itemOf({ ...message, cut: 'record' }, now)).toEqual({ ...bare, cut: { S: 'record' } });
});

test('only texts of the record that no index takes are left out', () => {
  const item = itemWith({ make: 'é'.repeat(513), model: 'é'.repeat(512), tags: { a: 't'.repeat(9999) } });
  const shorter = withoutLongTexts(item) ?? {};
  expect(shorter).toEqual({ ...bare, cut: { S: 'texts' }, model: item['model'], tags: item['tags'] });
  expect(withoutLongTexts(shorter)).toBeNull();
  const key = 'k'.repeat(1500);
  expect(withoutLongTexts(itemOf({ ...message, key, record: {} }, now) ?? {})).toBeNull();
});

test('every record makes an item that DynamoDB takes', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 40 })), (record) => {
      const item = itemWith(record as Record<string, unknown>);
      expect(item).toMatchObject(bare);
      for (const attribute of Object.values(item)) check(attribute, 1);
    }),
    { numRuns: 40 },
  );
});

function check(attribute: object, depth: number): void {
  expect(depth).toBeLessThanOrEqual(32);
  const [[type, value] = ['', null], ...more] = Object.entries(attribute);
  expect(more).toEqual([]);
  if (type === 'L') for (const item of value as object[]) check(item, depth + 1);
  else if (type === 'M') for (const item of Object.values(value as object)) check(item as object, depth + 1);
  else if (type === 'N') expect(Number.isFinite(Number(value))).toBe(true);
  else if (type === 'S') expect((value as string).isWellFormed()).toBe(true);
  else expect(['BOOL', 'NULL']).toContain(type);
}
