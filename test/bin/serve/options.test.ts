import { readServeOptions } from '../../../bin/serve/options';

const read = (...args: readonly string[]) => readServeOptions(args, 'npm start --');

test('--try may be given several times', () => {
  expect(read('--try', 'a.jpg', '--try=b.jpg')).toMatchObject({ tried: ['a.jpg', 'b.jpg'] });
});

test.each([
  [['--port', '1', '--port', '2'], '--port is given twice: give it once'],
  [['--prot', '1'], "Unknown option '--prot'; did you mean --port? See npm start -- --help"],
  [['--port', '65536'], '--port must be a whole number from 0 to 65535'],
  [['--host='], '--host is empty: name an address, such as 127.0.0.1'],
  [['photos'], "Unexpected argument 'photos'; see npm start -- --help"],
])('%j is refused', (args, message) => {
  expect(() => read(...args)).toThrow(message);
});
