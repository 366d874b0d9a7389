// The function http: what it is given and what it may do.
import { environmentOf, kms, properties, stackOf, sub } from './deployments';
import { ofType, roleStatements } from './package-stack';

/** Its tests. */
export function testHttp(): void {
  describe('the function http', () => {
    test('by default: one URL that AWS IAM guards, arm64, and the right to read one bucket and to write its log', () => {
      expect(ofType(stackOf('plain'), 'AWS::Lambda::Function').map(([id]) => id)).toEqual(['HttpLambdaFunction']);
      expect(properties('plain', 'HttpLambdaFunctionUrl')).toMatchObject({ AuthType: 'AWS_IAM' });
      expect(properties('plain', 'HttpLambdaFunction')).toMatchObject({
        Architectures: ['arm64'],
        MemorySize: 256,
        Timeout: 10,
        Runtime: 'nodejs22.x',
      });
      expect(properties('plain', 'HttpLambdaFunction')).not.toHaveProperty('ReservedConcurrentExecutions');
      expect(environmentOf('plain')).toEqual({ EXIF_BUCKET: 's3://photos', EXIF_CALLERS: 'platform' });
      const log = `arn:\${AWS::Partition}:logs:\${AWS::Region}:\${AWS::AccountId}:log-group:/aws/lambda/bucket-exif-dev-http`;
      expect(roleStatements(stackOf('plain'), 'HttpFunctionRole')).toEqual([
        {
          Effect: 'Allow',
          Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          Resource: sub(`${log}:log-stream:*`),
        },
        { Effect: 'Allow', Action: 's3:GetObject', Resource: sub(`arn:\${AWS::Partition}:s3:::photos/*`) },
        { Effect: 'Allow', Action: 's3:ListBucket', Resource: sub(`arn:\${AWS::Partition}:s3:::photos`) },
      ]);
    });

    test('parameters, stage and environment reach it', () => {
      expect(properties('full', 'HttpLambdaFunction')).toMatchObject({
        FunctionName: 'bucket-exif-prod-http',
        Architectures: ['x86_64'],
        MemorySize: 512,
        ReservedConcurrentExecutions: 50,
      });
      expect(environmentOf('full')).toEqual({
        EXIF_BUCKET: 's3://photos',
        EXIF_HOSTS: 'b.example=s3://more',
        EXIF_DROP: 'gps',
        EXIF_CACHE: 's3://photos-exif/v1/x?region=eu-west-1',
        EXIF_WATCH: 'in/*',
        EXIF_CALLERS: 'signed',
        EXIF_KEYS: 'secretsmanager:exif/keys?region=eu-west-1',
      });
    });

    test('it may read images below the prefix, other buckets of its settings, the cache and the keys, and nothing else', () => {
      const [, ...statements] = roleStatements(stackOf('full'), 'HttpFunctionRole');
      const list = (bucket: string, prefix: string) => ({
        Effect: 'Allow',
        Action: 's3:ListBucket',
        Resource: sub(`arn:\${AWS::Partition}:s3:::${bucket}`),
        ...(prefix === '' ? {} : { Condition: { StringLikeIfExists: { 's3:prefix': prefix } } }),
      });
      const keys = `arn:\${AWS::Partition}:secretsmanager:eu-west-1:\${AWS::AccountId}:secret:exif/keys-??????`;
      expect(statements).toEqual([
        { Effect: 'Allow', Action: 's3:GetObject', Resource: sub(`arn:\${AWS::Partition}:s3:::photos/in/*`) },
        list('photos', 'in/*'),
        { Effect: 'Allow', Action: 's3:GetObject', Resource: sub(`arn:\${AWS::Partition}:s3:::more/*`) },
        list('more', ''),
        {
          Effect: 'Allow',
          Action: ['s3:GetObject', 's3:PutObject'],
          Resource: sub(`arn:\${AWS::Partition}:s3:::photos-exif/v1/x/*`),
        },
        list('photos-exif', 'v1/x/*'),
        {
          Effect: 'Allow',
          Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
          Resource: [kms],
          Condition: { StringLike: { 'kms:ViaService': ['s3.*', 'dynamodb.*', 'ssm.*', 'secretsmanager.*'] } },
        },
        { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: sub(keys) },
      ]);
    });
  });
}
