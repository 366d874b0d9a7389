// Rows of CSV and TSV: what a reader of these formats gets back.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { cellsOf, readColumns } from '../../../bin/cli/columns';
import { toRow } from '../../../bin/cli/rows';
import { flatMembers } from '../../../lib/style/flat';

const csv = { form: 'csv', raw: false } as const;
const tsv = { form: 'tsv', raw: false } as const;

test.each([
  [['a', 1.5, null, [24, 70, 2.8]], 'a,1.5,,24 70 2.8\r\n', 'a\t1.5\t\t24 70 2.8\n'],
  [['a,b', 'say "x"'], '"a,b","say ""x"""\r\n', 'a,b\tsay "x"\n'],
  [['one\r\ntwo\tthree', '\\n'], '"one\ntwo\tthree",\\n\r\n', 'one\\r\\ntwo\\tthree\t\\\\n\n'],
  [['a\u001b[31mb\u202ec'], 'a\\u001b[31mb\\u202ec\r\n', 'a\\u001b[31mb\\u202ec\n'],
  [
    ['=HYPERLINK("http://x")', '@x', '-x', '+1+1', '\tx'],
    `"'=HYPERLINK(""http://x"")",'@x,'-x,'+1+1,'\tx\r\n`,
    `'=HYPERLINK("http://x")\t'@x\t'-x\t'+1+1\t'\\tx\n`,
  ],
  [
    ['a;=1+1;b', 'a; "@x";-1;-x', '=a;=b', 'one\r\n=two', '\n=x'],
    `a;'=1+1;b,"a; ""'@x"";-1;'-x",'=a;'=b,"one\n'=two","'\n'=x"\r\n`,
    `a;'=1+1;b\ta; "'@x";-1;'-x\t'=a;'=b\tone\\r\\n'=two\t'\\n'=x\n`,
  ],
  [
    [-33.8, '+02:00', '-05:30', '-1.5', '1=1'],
    '-33.8,+02:00,-05:30,-1.5,1=1\r\n',
    '-33.8\t+02:00\t-05:30\t-1.5\t1=1\n',
  ],
] as [(string | number | null | number[])[], string, string][])('%j', (cells, inCsv, inTsv) => {
  expect([toRow(cells, csv), toRow(cells, tsv)]).toEqual([inCsv, inTsv]);
});

test('with raw text nothing is put before what may be a formula', () => {
  expect(toRow(['=1+1', '@x'], { form: 'csv', raw: true })).toBe('=1+1,@x\r\n');
});

test('a reader of CSV gets back every text without control characters', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', ' ', '=', "'", '📷', '\t', ';') });
  fc.assert(
    fc.property(fc.array(cell, { minLength: 2, maxLength: 5 }), (cells) => {
      const read = parse(toRow(cells, { form: 'csv', raw: true }), { record_delimiter: '\r\n' });
      expect(read).toEqual([cells]);
    }),
  );
});

test('the columns are the members of the schema, in its order', () => {
  const path = join(__dirname, '..', '..', '..', 'docs', 'schema', 'flat.schema.json');
  const schema = JSON.parse(readFileSync(path, 'utf8'));
  expect([...flatMembers, 'tags']).toEqual(Object.keys(schema.properties));
});

test('a column may be a tag by its name or number, also one whose meaning is in a member', () => {
  const entry = (tag: number, value: Uint8Array) => ({
    ifd: 'IFD0' as const,
    tag,
    type: 2,
    count: value.length,
    value,
    at: 0,
  });
  const record = {
    stat: { size: 1, etag: null, lastModified: null },
    parser: '1',
    container: 'jpeg',
    shape: { width: 4, height: 3, frames: 1, animated: false },
    document: {
      littleEndian: true,
      entries: [entry(0x010f, new TextEncoder().encode('Example\0'))],
      warnings: [],
      pages: 1,
    },
  };
  const columns = readColumns(['make', 'Make', '0x010F', '271', 'Model', 'model', 'width']);
  expect(cellsOf(record as never, columns)).toEqual(['Example', 'Example', 'Example', 'Example', null, null, 4]);
});
