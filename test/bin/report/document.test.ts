import { reportDocument } from '../../../bin/report/document';
import { bytes, html, percent } from '../../../bin/report/text';
import type { Row } from '../../../lib/table/columns';
import { SummaryMaker } from '../../../lib/table/summary';
import { hostileRows, libraryRows } from '../../../testing/build/table-rows';

const assets = { css: 'body{color:red}', land: 'M0 0z' };
const heading = { title: 'Our photos', source: 's3://photos/', made: Date.UTC(2026, 10, 30), version: '1.2.3' };

function documentOf(rows: Iterable<Row>, title = heading.title): string {
  const maker = new SummaryMaker();
  for (const row of rows) maker.add(row);
  return reportDocument(maker.result(), { ...heading, title }, assets);
}

/** The names of all elements, and of all attributes with their elements. */
function markup(text: string): Readonly<{ elements: Set<string>; attributes: Set<string> }> {
  const tags = [...text.matchAll(/<([a-z][\w-]*)((?:\s+[\w-]+(?:="[^"]*")?)*)\s*\/?>/gi)];
  const attributes = tags.flatMap(([, , list = '']) =>
    [...list.matchAll(/([\w-]+)(?:="[^"]*")?/g)].map(([, name = '']) => name),
  );
  return { elements: new Set(tags.map(([, name = '']) => name)), attributes: new Set(attributes) };
}

test('hostile texts add no element and no attribute', () => {
  const friendly = markup(documentOf(libraryRows(2000)));
  const hostile = documentOf([...libraryRows(2000), ...hostileRows()], '</title><script>alert(1)</script>');
  const found = markup(hostile);
  expect([...found.elements].filter((name) => !friendly.elements.has(name))).toEqual([]);
  expect([...found.attributes].filter((name) => !friendly.attributes.has(name))).toEqual([]);
  expect(found.elements.has('script')).toBe(false);
  expect([...found.attributes].filter((name) => /^on|^style$|^srcdoc$/.test(name))).toEqual([]);
  // Characters that change the order of the text, or act on a terminal, are shown as escapes.
  expect(hostile.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u);
  expect(hostile.isWellFormed()).toBe(true);
  expect(hostile).toContain('\\u202eevil');
});

test('nothing is loaded from anywhere', () => {
  const text = documentOf(libraryRows(500));
  expect(text).toMatch(
    /<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-[\w+/=]{44}'; /,
  );
  const targets = [...text.matchAll(/(?:href|src|action|data)="([^"]*)"/g)].map(([, target = '']) => target);
  expect(targets.filter((target) => !/^(#[a-z]|data:image\/svg)/.test(target))).toEqual([]);
  expect(text).not.toMatch(/url\(|@import|<script|<iframe|<object|<form/);
});

test('every part of a page has its id once, and links lead to one', () => {
  const text = documentOf(libraryRows(500));
  const ids = [...text.matchAll(/\sid="([^"]*)"/g)].map(([, id = '']) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const links = [...text.matchAll(/href="#([^"]*)"/g)].map(([, id = '']) => id);
  expect(links.filter((id) => !ids.includes(id))).toEqual([]);
});

test('no rows, one row, and only failures', () => {
  expect(documentOf([])).toContain('There are no objects in this source.');
  const one = documentOf([{ key: 'a.jpg', size: 1, format: 'jpeg', taken_at_local: Date.UTC(2024, 4, 1) }]);
  expect(one).toContain('May');
  expect(one).toContain('No image says where it was taken.');
  expect(one).not.toMatch(/NaN|Infinity|undefined|null/);
  const failed = documentOf([{ key: 'secret/a.txt', size: 1, error: 'NotAnImage' }]);
  expect(failed).toContain('secret/a.txt');
  expect(failed).toContain('The object is not an image of a supported format.');
  expect(failed).not.toMatch(/NaN|Infinity|undefined|null/);
});

test('long lists are folded, and say how many are not shown', () => {
  const rows = Array.from({ length: 340 }, (_, at) => ({ lens: `Lens ${String(at).padStart(3, '0')}` }));
  const text = documentOf(rows);
  expect(text).toContain('<summary>and 330 more</summary>');
  expect(text).toContain('240 other lenses');
});

test('counts that are not exact say so', () => {
  const maker = new SummaryMaker();
  for (let at = 0; at < 20_000; at++) maker.add({ lens: `Lens ${at}` });
  expect(reportDocument(maker.result(), heading, assets)).toMatch(/There are more than 16,\d\d\d different lenses/);
});

test('texts and numbers', () => {
  expect(html`<a title="${'"<&\'>'}">`.html).toBe('<a title="&quot;&lt;&amp;&#39;&gt;">');
  expect([percent(0, 0), percent(1, 100_000), percent(99_999, 100_000), percent(1, 3), percent(5, 5)]).toEqual(
    ['0 %', '<0.1 %', '>99.9 %', '33 %', '100 %'].map((text) => text.replace(' ', '\u00a0')),
  );
  expect([bytes(0), bytes(999), bytes(1000), bytes(999_950), bytes(4.24e12)]).toEqual(
    ['0 bytes', '999 bytes', '1.0 kB', '1.0 MB', '4.2 TB'].map((text) => text.replace(' ', '\u00a0')),
  );
});
