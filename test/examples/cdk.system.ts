// The CDK construct of examples/cdk, synthesised: what its stack has, and that its roles have the rights of serverless.yml's.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { parse } from 'yaml';
import { buildTemplate } from '../../deploy/aws/template';
import { BucketExif, type BucketExifProps } from '../../examples/cdk/bucket-exif';

const folder = mkdtempSync(join(tmpdir(), 'bucket-exif-cdk-'));
const zip = join(folder, 'bucket-exif.zip');
writeFileSync(zip, 'not a zip: only its hash counts');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function synthesise(props: Omit<BucketExifProps, 'zip'>): Template {
  const stack = new Stack(new App({ outdir: mkdtempSync(join(folder, 'out-')) }), 'Test');
  new BucketExif(stack, 'Exif', { zip, ...props });
  return Template.fromStack(stack);
}

const plain = synthesise({ bucket: 'photos' });
const cached = synthesise({
  bucket: 'photos',
  prefix: 'in/',
  cacheBucket: 'photos-exif',
  settings: { EXIF_DROP: 'gps' },
});

test('one function with a URL that AWS IAM guards, for Node 22 on arm64, from the zip', () => {
  plain.resourceCountIs('AWS::Lambda::Function', 1);
  plain.hasResourceProperties('AWS::Lambda::Function', {
    Handler: 'handler/http.handler',
    Runtime: 'nodejs22.x',
    Architectures: ['arm64'],
    MemorySize: 256,
    Timeout: 10,
    Environment: { Variables: { EXIF_BUCKET: 's3://photos', EXIF_CALLERS: 'platform' } },
  });
  plain.hasResourceProperties('AWS::Lambda::Url', { AuthType: 'AWS_IAM' });
  plain.hasResourceProperties('AWS::Lambda::EventInvokeConfig', { MaximumRetryAttempts: 0 });
});

test('with a cache: a private bucket, and a function that follows the uploads below the prefix', () => {
  cached.hasResourceProperties('AWS::S3::Bucket', {
    BucketName: 'photos-exif',
    PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true },
  });
  cached.hasResourceProperties('AWS::Lambda::Function', {
    Handler: 'handler/upload.handler',
    Environment: {
      Variables: { EXIF_CACHE: 's3://photos-exif', EXIF_WATCH: 'in/*', EXIF_DROP: 'gps', EXIF_BUCKET: 's3://photos' },
    },
  });
  cached.hasResourceProperties('AWS::Events::Rule', {
    EventPattern: {
      source: ['aws.s3'],
      'detail-type': ['Object Created', 'Object Deleted'],
      detail: { bucket: { name: ['photos'] }, object: { key: [{ prefix: 'in/' }] } },
    },
    Targets: [Match.objectLike({ DeadLetterConfig: Match.anyValue() })],
  });
  cached.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
    BatchSize: 10,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    ScalingConfig: { MaximumConcurrency: 10 },
  });
  cached.hasResourceProperties('AWS::SQS::Queue', { VisibilityTimeout: 360, RedrivePolicy: { maxReceiveCount: 5 } });
});

type Statement = Readonly<{ Action: string | readonly string[]; Resource: unknown; Condition?: unknown }>;
type Role = Readonly<{
  Properties: Readonly<{ Policies: readonly Readonly<{ PolicyDocument: { Statement: Statement[] } }>[] }>;
}>;

/** The actions of each statement, with its condition. */
const rightsOf = (role: Role | undefined): readonly unknown[] =>
  (role?.Properties.Policies ?? []).flatMap(({ PolicyDocument }) =>
    PolicyDocument.Statement.map(({ Action, Condition }) => [[Action].flat(), Condition ?? null]),
  );

/** The role of a function in the stack of CDK. */
function cdkRole(template: Template, name: string): Role | undefined {
  const found = Object.entries(template.findResources('AWS::IAM::Role')).filter(([id]) =>
    id.startsWith(`Exif${name}Role`),
  );
  return found[0]?.[1] as Role | undefined;
}

const yaml = parse(readFileSync(join(__dirname, '..', '..', 'serverless.yml'), 'utf8')) as {
  params: { default: Record<string, string | number> };
};

/** The roles that serverless.yml makes with these parameters. */
function serverlessRole(parameters: Readonly<Record<string, string>>, name: string): Role {
  const texts = Object.entries({ ...yaml.params.default, ...parameters }).map(([key, value]) => [key, String(value)]);
  const { resources } = buildTemplate(Object.fromEntries(texts), { service: 'bucket-exif', stage: 'dev', env: {} });
  return (resources['Resources'] as Record<string, Role>)[name] as Role;
}

describe('the roles have the rights that serverless.yml gives', () => {
  const cache = { bucket: 'photos', prefix: 'in/', cache: 's3://photos-exif', createCache: 'on' };
  test.each([
    ['http', plain, { bucket: 'photos' }, 'HttpFunctionRole'],
    ['http', cached, cache, 'HttpFunctionRole'],
    ['upload', cached, cache, 'UploadFunctionRole'],
  ] as const)('%s', (name, template, parameters, role) => {
    const rights = rightsOf(cdkRole(template, name));
    expect(rights.length).toBeGreaterThan(0);
    expect(rights).toEqual(rightsOf(serverlessRole(parameters, role)));
  });

  test('and no others: CDK has added no policy and no managed policy', () => {
    for (const template of [plain, cached]) {
      template.resourceCountIs('AWS::IAM::Policy', 0);
      expect(JSON.stringify(template.findResources('AWS::IAM::Role'))).not.toContain('ManagedPolicyArns');
    }
  });

  test('only the images below the prefix, and the cache, can be read', () => {
    const text = JSON.stringify(cdkRole(cached, 'http'));
    expect(text.match(/:s3:::[^"]*/g)).toEqual([
      ':s3:::photos/in/*',
      ':s3:::photos',
      ':s3:::photos-exif/*',
      ':s3:::photos-exif',
    ]);
  });

  test('no statement is for everything', () => {
    const statements = Object.values(cached.findResources('AWS::IAM::Role') as Record<string, Role>).flatMap(
      ({ Properties }) => Properties.Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement),
    );
    expect(statements.filter(({ Resource }) => Resource === '*')).toEqual([]);
    expect(statements.flatMap(({ Action }) => Action).filter((action) => action.includes('*'))).toEqual([]);
  });
});
