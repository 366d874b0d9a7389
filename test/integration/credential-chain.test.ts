// The real AWS credential chain on a machine with nothing set up.
import { credentialSource } from '../../lib/s3/credentials';
import { rawServer } from '../../testing/servers/raw-s3';
import { problemOf } from '../lib/bucket/contract';

test('the real chain ends soon where instance metadata never answers', async () => {
  const silent = await rawServer(() => {});
  // The chain reads the environment itself.
  const nothing = { AWS_SHARED_CREDENTIALS_FILE: '/nonexistent', AWS_CONFIG_FILE: '/nonexistent' };
  Object.assign(process.env, nothing, { AWS_EC2_METADATA_SERVICE_ENDPOINT: String(silent.endpoint) });
  expect(await problemOf(Promise.resolve(credentialSource({}, 'aws')()))).toBe('BucketMisconfigured');
  for (const name of [...Object.keys(nothing), 'AWS_EC2_METADATA_SERVICE_ENDPOINT']) delete process.env[name];
  const asked = silent.requests.map(({ method }) => method);
  expect([['PUT'], ['PUT', 'GET']]).toContainEqual(asked); // each once: it ends after both, or when its time is over
  await silent.close();
});
