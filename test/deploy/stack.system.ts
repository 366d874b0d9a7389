// The packaged CloudFormation, read: what holds for every deployment, and what each parameter makes.
import { testAlarms } from './stack/alarms';
import { testAnnotations } from './stack/annotations';
import { testCdn } from './stack/cdn';
import { packageAll } from './stack/deployments';
import { testDoors } from './stack/doors';
import { testEvery } from './stack/every';
import { testHttp } from './stack/http';
import { packageStack } from './stack/package-stack';
import { testPlain } from './stack/plain';
import { testSinks } from './stack/sinks';
import { testUploads } from './stack/uploads';

beforeAll(packageAll, 240_000);

testEvery();
testHttp();
testUploads();
testAnnotations();
testSinks();
testDoors();
testCdn();
testAlarms();
testPlain();

test('serverless refuses an unknown parameter, and names the known ones', async () => {
  await expect(packageStack({ params: { bucket: 'photos', dor: 'alb' } })).rejects.toThrow(
    /--param dor is not a known parameter; known parameters: bucket, /,
  );
});
