// The deployments whose templates are read, and what reads them.
import { checkedToken } from '../../../lib/s3/annotation';
import { at, type Deployment, type Properties, packageStack, type Stack } from './package-stack';

export const alb =
  'arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/front/50dc6c495c0c9188/f2f7dc8efc522ab2';
export const certificate = 'arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012';
export const kms = 'arn:aws:kms:us-east-1:123456789012:key/12345678-1234-1234-1234-123456789012';
export const queue = 'arn:aws:sqs:eu-west-1:123456789012:exif.fifo';
export const topic = 'arn:aws:sns:us-east-1:210987654321:exif';

const checked = ['photos', 'more'].map((bucket) => checkedToken({ bucket, endpoint: null })).join('+');

export const deployments = {
  plain: { params: { bucket: 'photos' } },
  full: {
    stage: 'prod',
    params: {
      bucket: 'photos',
      prefix: 'in/',
      callers: 'signed',
      keys: 'secretsmanager:exif/keys?region=eu-west-1',
      kmsKeys: kms,
      cache: 's3://photos-exif/v1/x?region=eu-west-1',
      createCache: 'on',
      report: 's3://photos-jobs/exif',
      architecture: 'x86_64',
      concurrency: '50',
      jobConcurrency: '20',
      retries: '1',
      alarmEmail: 'ops@example.com',
    },
    env: { EXIF_DROP: 'gps', EXIF_HOSTS: 'b.example=s3://more' },
  },
  annotations: {
    params: { bucket: 'photos', prefix: 'in/', kmsKeys: kms, cache: `annotation:exif?checked=${checked}` },
    env: { EXIF_HOSTS: 'b.example=s3://more', EXIF_FRESHNESS: 'trust' },
  },
  sinks: {
    params: {
      bucket: 'photos',
      cache: 'dynamodb://exif',
      sink: `eventbridge:photos,sqs:${queue},sns:${topic},dynamodb:photo-exif,https://hooks.example/exif,s3://photos-data/set?region=eu-west-1`,
      createSink: 'on',
      kmsKeys: kms,
    },
    env: { EXIF_SINK_STYLE: 'metadata', EXIF_SINK_SECRET: 'ssm:/photos/hook' },
  },
  httpApi: {
    params: { bucket: 'photos', door: 'http-api', cache: 'dynamodb://exif', createCache: 'on', alarms: 'off' },
  },
  restApi: { params: { bucket: 'photos', door: 'rest-api', callers: 'signed' } },
  restApiIam: { params: { bucket: 'photos', door: 'rest-api' } },
  albOfOthers: { params: { bucket: 'photos', door: 'alb', listener: alb, callers: 'signed', albHost: 'exif.example' } },
  albOwn: {
    params: {
      bucket: 'photos',
      door: 'alb',
      albScheme: 'internal',
      subnets: 'subnet-0a,subnet-0b',
      vpc: 'vpc-01',
      albFrom: '10.0.0.0/8',
      certificate,
    },
  },
  cdnPublic: {
    params: { bucket: 'photos', cdn: 'on', callers: 'public' },
    env: { EXIF_CORS_ORIGINS: 'https://a.example' },
  },
  cdnPrivate: {
    params: { bucket: 'photos', cdn: 'on', callers: 'signed', domain: 'exif.example.com', certificate },
  },
} as const satisfies Record<string, Deployment>;
export type Name = keyof typeof deployments;
export const names = Object.keys(deployments) as readonly Name[];

export const stacks = new Map<Name, Stack>();
export const stackOf = (name: Name): Stack => stacks.get(name) ?? { Resources: {}, Outputs: {} };
export const properties = (name: Name, resource: string): Properties =>
  stackOf(name).Resources[resource]?.Properties ?? {};
export const environmentOf = (name: Name, id = 'HttpLambdaFunction') =>
  at(properties(name, id), 'Environment', 'Variables');
export const sub = (text: string) => ({ 'Fn::Sub': text });
export const arnOf = (resource: string) => ({ 'Fn::GetAtt': [resource, 'Arn'] });
export const here = { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } };

/** Packages all of them, two at once. */
export async function packageAll(): Promise<void> {
  const left = names.values();
  const work = async (): Promise<void> => {
    for (const name of left) stacks.set(name, await packageStack(deployments[name]));
  };
  await Promise.all([work(), work()]);
}
