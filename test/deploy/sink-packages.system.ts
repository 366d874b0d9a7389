// The functions that send to sinks in AWS have the packages for that, and load none of them at their start.
import { join } from 'node:path';
import { handlerFiles } from '../../deploy/artifact/files';
import { shippedPackages } from '../../deploy/artifact/packages';

const root = join(__dirname, '..', '..');
const clients = ['dynamodb', 'eventbridge', 'sns', 'sqs'].map((name) => `@aws-sdk/client-${name}`);

test('the zip has the clients of the SDK', () => {
  const paths = shippedPackages(root, (name) => name.startsWith('@img/')).map(({ path }) => path);
  expect(paths).toEqual(expect.arrayContaining(clients.map((name) => `node_modules/${name}`)));
});

test('only the code that is loaded on first use names them', () => {
  const files = new Map(
    handlerFiles(root, ['http', 'upload', 'batch']).map(({ path, bytes }) => [path, new TextDecoder().decode(bytes)]),
  );
  for (const entry of ['http', 'upload', 'batch'])
    for (const name of [`${entry}.js`, `${entry}.bundle.js`])
      expect(clients.filter((client) => files.get(`handler/${name}`)?.includes(client))).toEqual([]);
  for (const entry of ['upload', 'batch'])
    expect(clients.filter((client) => files.get(`handler/${entry}.later.js`)?.includes(client))).toEqual(clients);
});
