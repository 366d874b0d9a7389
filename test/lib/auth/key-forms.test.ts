import { keyForms } from '../../../lib/auth/key-forms';
import { cam, camAll, camRule, camWith, may } from './policies';

describe('the forms of a key', () => {
  test.each<[string, readonly string[]]>([
    ['', ['']],
    ['photos/a.jpg', ['photos/a.jpg']],
    ['a...b/..c/.d', ['a...b/..c/.d']],
    ['photos/../x', ['photos/../x', 'x']],
    ['photos/./x', ['photos/./x', 'photos/x']],
    ['/private/x', ['/private/x', 'private/x']],
    ['//private//x', ['//private//x', 'private/x']],
    ['../../x', ['../../x', 'x']],
    ['..', ['..', '']],
    ['a/.', ['a/.', 'a/', 'a']],
    ['a/b/..', ['a/b/..', 'a/', 'a']],
    ['a//../b', ['a//../b', 'a/../b', 'a/b', 'b']],
    ['/../x', ['/../x', '../x', 'x']],
    ['a\\..\\b', ['a\\..\\b']],
    ['%2e%2e/x', ['%2e%2e/x']],
  ])('%j', (key, all) => {
    expect(keyForms(key)).toEqual(all);
  });

  const shared = { resource: 'qcs::cos:*:*:photos-1250000000/shared/*' };
  test.each([
    ['shared/../private/x', false],
    ['shared/./x', true],
    ['shared//x', true],
    ['/shared/x', false],
    ['private/../shared/x', false],
    ['shared/x/..', false],
    ['shared\\..\\private', false],
    ['shared/\\..\\private', true],
  ])('an allow needs all of them: %s', (key, fits) => {
    expect(may(camRule('allow', shared), { key })).toBe(fits);
  });

  test.each([
    ['shared/../private/x', false],
    ['own/../shared/x', false],
    ['//shared/x', false],
    ['own/x', true],
    ['own\\..\\shared/x', true],
  ])('a deny needs one of them: %s', (key, fits) => {
    expect(may(camRule('deny', shared), { key })).toBe(fits);
  });

  test('two statements may allow them together', () => {
    const both = { resource: ['qcs::cos:*:*:photos-1250000000/shared/*', 'qcs::cos:*:*:photos-1250000000/own/*'] };
    const [one, two] = both.resource.map((resource) => ({ ...camAll, resource }));
    expect(may(cam(one, two), { key: 'own/../shared/x' })).toBe(true);
    expect(may(camWith(both), { key: 'own/../shared/x' })).toBe(true);
    expect(may(camWith(both), { key: 'own/../private/x' })).toBe(false);
  });
});
