import fc from 'fast-check';
import { globMatches } from '../../../lib/auth/glob';

describe('globs', () => {
  /** What a pattern means, tried out in all ways. */
  function fits(pattern: readonly string[], text: readonly string[], question: boolean): boolean {
    const [want, ...wants] = pattern;
    const [char, ...rest] = text;
    if (want === undefined) return char === undefined;
    if (want === '*') return fits(wants, text, question) || (char !== undefined && fits(pattern, rest, question));
    return char !== undefined && (want === char || (question && want === '?')) && fits(wants, rest, question);
  }

  test('are what they mean', () => {
    const unit = fc.constantFrom('a', 'b', '*', '?', '📷');
    const text = fc.array(unit, { maxLength: 9 });
    let matched = 0;
    fc.assert(
      fc.property(text, text, fc.boolean(), (pattern, chars, question) => {
        const expected = fits(pattern, chars, question);
        matched += Number(expected);
        expect(globMatches({ pattern: pattern.join(''), question }, chars.join(''))).toBe(expected);
      }),
      { numRuns: 3000 },
    );
    expect(matched).toBeGreaterThan(100);
  });

  test.each<[string, string]>([
    ['*a'.repeat(512), `${'a'.repeat(1023)}b`],
    [`${'*a'.repeat(511)}*b`, 'a'.repeat(1024)],
    [`*${'a'.repeat(512)}b`, 'a'.repeat(1024)],
    [`${'*?'.repeat(511)}*b`, 'a'.repeat(1024)],
  ])('matching takes limited time, not exponential time: %.9s', (pattern, text) => {
    const millis = Array.from({ length: 5 }, () => {
      const before = process.cpuUsage();
      expect(globMatches({ pattern, question: true }, text)).toBe(false);
      return process.cpuUsage(before).user / 1000;
    });
    // About 2 at most, the best of five; in powers it would not end.
    expect(Math.min(...millis)).toBeLessThan(250);
  });
});
