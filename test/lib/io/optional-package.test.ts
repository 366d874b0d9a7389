import { ifMissing } from '../../../lib/io/optional-package';

const load = (name: string) => import(name).catch(ifMissing('not-installed', 'A test', (text) => new TypeError(text)));

test('a missing package is named, with the command that installs it', async () => {
  await expect(load('not-installed')).rejects.toThrow(
    new TypeError('A test needs the package not-installed: npm install not-installed'),
  );
});

test('any other error is thrown as it is', async () => {
  await expect(load('needed-by-that-package')).rejects.toThrow(/Cannot find module 'needed-by-that-package'/);
});
