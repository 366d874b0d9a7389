// The light load reads answers as far as it must.
import { wholeAnswer } from '../../bench/load/light-load';

test.each([
  ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab', { isOk: true, length: 40 }],
  ['HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nx: y\r\n\r\nHTTP', { isOk: false, length: 51 }],
  ['HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\na', null],
  ['HTTP/1.1 200 OK\r\nContent-Le', null],
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n', { isOk: true, length: 59 }],
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n', null],
])('%j', (text, expected) => {
  expect(wholeAnswer(Buffer.from(text))).toEqual(expected);
});

test('an answer without a length ends the load', () => {
  expect(() => wholeAnswer(Buffer.from('HTTP/1.1 200 OK\r\n\r\n'))).toThrow('an answer has no length');
});
