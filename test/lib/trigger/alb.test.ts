import { problems } from '../../../lib/problem-table';
import { alb } from '../../../lib/trigger/alb';
import { openedBy, outcomeOf, requestOf, sample } from './platforms';

const describeStatus = (status: number) => {
  const event = sample('alb');
  const reply = openedBy(alb, event).reply([outcomeOf(alb, event, { status, headers: {}, body: '' })]);
  return (reply as { statusDescription: string }).statusDescription;
};

test.each([
  [200, '200 OK'],
  [304, '304 Not Modified'],
  [404, '404 Not Found'],
  [799, '799 Unknown'],
])('status %i', (status, description) => {
  expect(describeStatus(status)).toBe(description);
});

test('every status of a problem has its phrase', () => {
  // A client that is gone gets no answer: its status is for the log alone.
  const { ClientClosed: _, ...answered } = problems;
  for (const { status } of Object.values(answered)) expect(describeStatus(status)).not.toMatch(/Unknown/);
});

test('the query is not decoded by the platform and stays as it is', () => {
  const event = { ...sample('alb'), queryStringParameters: { 'q-key-time': '1%3B2', 'a%20b': '+', exif: '' } };
  expect(requestOf(alb, event).query).toEqual([
    ['q-key-time', '1%3B2'],
    ['a%20b', '+'],
    ['exif', ''],
  ]);
});
