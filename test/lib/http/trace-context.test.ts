import { traceIdOf } from '../../../lib/http/trace-context';

const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
const parent = '00f067aa0ba902b7';

function idOf(headers: Readonly<Record<string, string>>): string | null {
  return traceIdOf({ method: 'GET', path: '/a', pathDecoded: false, query: [], headers });
}

test.each([
  [`00-${trace}-${parent}-01`, trace],
  [`00-${trace}-${parent}-00`, trace],
  [`cc-${trace}-${parent}-01`, trace],
  [`cc-${trace}-${parent}-01-later-members`, trace],
  [`00-${trace}-${parent}-01-later-members`, null],
  [`cc-${trace}-${parent}-01x`, null],
  [`ff-${trace}-${parent}-01`, null],
  [`00-${'0'.repeat(32)}-${parent}-01`, null],
  [`00-${trace}-${'0'.repeat(16)}-01`, null],
  [`00-${trace.toUpperCase()}-${parent}-01`, null],
  [`00-${trace.slice(1)}-${parent}-01`, null],
  [`00-${trace}0-${parent}-01`, null],
  [`00-${trace}-${parent}-1`, null],
  [` 00-${trace}-${parent}-01`, null],
  [`00-${trace}-${parent}-01\n`, null],
  [`00-${trace}-${parent}-01,00-${trace}-${parent}-01`, null],
  ['', null],
])('traceparent %j has the trace %j', (traceparent, id) => {
  expect(idOf({ traceparent })).toBe(id);
});

const root = '1-67891233-abcdef012345678912345678';

test.each([
  [`Root=${root}`, root],
  [`Self=1-67891234-12456789abcdef012345678;Root=${root}`, root],
  [`Root=${root};Parent=53995c3f42cd8ad8;Sampled=1`, root],
  [`Root=${root}0`, null],
  ['Root=1-67891233-ABCDEF012345678912345678', null],
  [`NotRoot=${root}`, null],
  [`${'a'.repeat(2000)};Root=${root}`, null],
])('x-amzn-trace-id %j has the trace %j', (header, id) => {
  expect(idOf({ 'x-amzn-trace-id': header })).toBe(id);
});

test('a valid traceparent takes precedence; without any header there is no trace', () => {
  const amazon = { 'x-amzn-trace-id': `Root=${root}` };
  expect(idOf({ ...amazon, traceparent: `00-${trace}-${parent}-01` })).toBe(trace);
  expect(idOf({ ...amazon, traceparent: 'none' })).toBe(root);
  expect(idOf({})).toBeNull();
});
