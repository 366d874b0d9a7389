import { join } from 'node:path';
import { docsAnswers } from '../../../bin/serve/docs-pages';
import type { HttpRequest } from '../../../lib/types';

const docs = docsAnswers([join(__dirname, 'none'), join(__dirname, '../../../docs')]);
const get = (path: string) =>
  docs?.({ method: 'GET', path, pathDecoded: false, query: [], headers: {} } as HttpRequest) ?? null;

test('the list has a link to each document, and each is text', () => {
  const list = String(get('/-/docs/')?.body);
  const names = [...list.matchAll(/<a href="([^"]+)">/g)].map(([, name]) => name ?? '');
  expect(names).toEqual(expect.arrayContaining(['page.md', 'styles.md', 'http.md']));
  for (const name of names) {
    expect(get(`/-/docs/${name}`)).toMatchObject({
      status: 200,
      headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
      body: expect.stringMatching(/^#/),
    });
  }
});

test.each([
  '/-/docs',
  '/-/docs/openapi.json',
  '/-/docs/../README.md',
  '/-/docs/%2e%2e/README.md',
  '/-/docs/schema/',
  '/-/docs/constructor',
])('there is nothing at %s', (path) => {
  expect(get(path)).toBeNull();
});

test('without a folder of documents there is nothing', () => {
  expect(docsAnswers([join(__dirname, 'none')])).toBeNull();
});
