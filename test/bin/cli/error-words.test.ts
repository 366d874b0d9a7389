// Why something could not be read, in words.
import { failureLine, reasonOf } from '../../../bin/cli/error-words';
import { ProblemError } from '../../../lib';

const broken = (code: string) => new ProblemError('BucketFault', `Cannot read "a": ${code}`, { cause: { code } });

test.each([
  ['ENOENT', 'no such file or folder'],
  ['EACCES', 'permission denied'],
  ['ENOTFOUND', 'unknown host'],
  ['TRY_TIMEOUT', 'no answer in time'],
  ['ETIMEDOUT', 'no answer in time'],
  ['constructor', 'Cannot read "a": constructor'],
])('%s is: %s', (code, words) => {
  expect(reasonOf(broken(code))).toBe(words);
});

test('the message about the end of the whole time does not contain the name', () => {
  expect(reasonOf(new ProblemError('Timeout', 'Cannot read "a": over'))).toBe('not read in time');
});

test('an error without a known code is our bug and is shown with its stack', () => {
  expect(failureLine('a', new TypeError('x is no function'))).toMatch(/^a: InternalError: TypeError: x is no function/);
  expect(failureLine('a', 'thrown')).toBe('a: InternalError: thrown');
});
