// The service as a construct of AWS CDK: one function with a URL, and, with a cache, one that follows the uploads of the bucket.
//
//   npm install aws-cdk-lib constructs
//   npm run package        writes the zip, in the folder of bucket-exif
//
// The roles have the same rights as those of `serverless deploy`: docs/aws.md lists them.
import { Aws, CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Effect, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  EventSourceMapping,
  FunctionUrlAuthType,
  Function as Lambda,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

export interface BucketExifProps {
  /** The name of the bucket with the images. It must exist, and is not changed. */
  readonly bucket: string;
  /** Only keys below this prefix can be read. */
  readonly prefix?: string;
  /** The zip of `npm run package`. */
  readonly zip: string;
  /** The processor that the zip was made for (`--param architecture=`). */
  readonly architecture?: Architecture;
  /** The name of a bucket to create, for the cache. Uploads then keep it up to date. */
  readonly cacheBucket?: string;
  /** More settings: docs/settings.md. */
  readonly settings?: Readonly<Record<string, string>>;
}

export class BucketExif extends Construct {
  /** `https://<id>.lambda-url.<region>.on.aws/`; callers sign as AWS IAM wants it. */
  readonly url: string;
  private readonly props: BucketExifProps;

  constructor(scope: Construct, id: string, props: BucketExifProps) {
    super(scope, id);
    this.props = props;
    const http = this.function('http', Duration.seconds(10), 256, []);
    this.url = http.addFunctionUrl({ authType: FunctionUrlAuthType.AWS_IAM }).url;
    new CfnOutput(this, 'Url', { value: this.url });
    if (props.cacheBucket !== undefined) this.followUploads(props.cacheBucket);
  }

  /** bucket -> EventBridge -> queue -> function `upload` -> cache. The bucket must send its events to EventBridge. */
  private followUploads(cacheBucket: string): void {
    const { bucket, prefix = '' } = this.props;
    new Bucket(this, 'Cache', {
      bucketName: cacheBucket,
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      lifecycleRules: [{ expiration: Duration.days(365) }],
      removalPolicy: RemovalPolicy.DESTROY, // CloudFormation deletes it only when it is empty
    });
    const dead = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      retentionPeriod: Duration.days(14),
    });
    const queue = new Queue(this, 'Uploads', {
      encryption: QueueEncryption.SQS_MANAGED,
      visibilityTimeout: Duration.minutes(6), // six times the timeout of the function
      deadLetterQueue: { queue: dead, maxReceiveCount: 5 },
    });
    new Rule(this, 'UploadRule', {
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created', 'Object Deleted'],
        detail: { bucket: { name: [bucket] }, ...(prefix === '' ? {} : { object: { key: [{ prefix }] } }) },
      },
      targets: [new SqsQueue(queue, { deadLetterQueue: dead })],
    });
    const upload = this.function('upload', Duration.minutes(1), 512, [
      allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], queue.queueArn),
      allow(['sqs:SendMessage'], dead.queueArn),
    ]);
    new EventSourceMapping(this, 'UploadSource', {
      target: upload,
      eventSourceArn: queue.queueArn,
      batchSize: 10,
      maxConcurrency: 10,
      reportBatchItemFailures: true,
    });
  }

  /** A function of the zip, with its log and its role. */
  private function(name: string, timeout: Duration, memorySize: number, own: readonly PolicyStatement[]): Lambda {
    const { architecture = Architecture.ARM_64, zip, settings } = this.props;
    const logGroup = new LogGroup(this, `${name}Log`, {
      retention: RetentionDays.TWO_WEEKS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const statements = [
      allow(['logs:CreateLogStream', 'logs:PutLogEvents'], `${logGroup.logGroupArn.replace(/:\*$/, '')}:log-stream:*`),
      ...this.reading(),
      ...own,
    ];
    const role = new Role(this, `${name}Role`, {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
      inlinePolicies: { exif: new PolicyDocument({ statements }) },
    });
    return new Lambda(this, name, {
      code: Code.fromAsset(zip),
      handler: `handler/${name}.handler`,
      runtime: Runtime.NODEJS_22_X,
      architecture,
      memorySize,
      timeout,
      logGroup,
      role: role.withoutPolicyUpdates(), // CDK does not add rights
      retryAttempts: name === 'upload' ? 2 : 0,
      environment: {
        EXIF_BUCKET: `s3://${this.props.bucket}`,
        EXIF_CALLERS: 'platform',
        ...this.cacheSetting(),
        ...settings,
      },
    });
  }

  private cacheSetting(): Record<string, string> {
    const { cacheBucket, prefix } = this.props;
    if (cacheBucket === undefined) return {};
    return { EXIF_CACHE: `s3://${cacheBucket}`, ...(prefix === undefined ? {} : { EXIF_WATCH: `${prefix}*` }) };
  }

  /** Images and cache. With s3:ListBucket, S3 answers 404 and not 403 for a missing key; nothing is listed. */
  private reading(): readonly PolicyStatement[] {
    const { bucket, prefix = '', cacheBucket } = this.props;
    const arn = (name: string): string =>
      Stack.of(this).formatArn({ service: 's3', region: '', account: '', resource: name });
    const onlyPrefix = prefix === '' ? {} : { StringLikeIfExists: { 's3:prefix': `${prefix}*` } };
    return [
      allow(['s3:GetObject'], `${arn(bucket)}/${prefix}*`),
      allow(['s3:ListBucket'], arn(bucket), onlyPrefix),
      ...(cacheBucket === undefined
        ? []
        : [
            allow(['s3:GetObject', 's3:PutObject'], `${arn(cacheBucket)}/*`),
            allow(['s3:ListBucket'], arn(cacheBucket)),
          ]),
    ];
  }
}

function allow(actions: readonly string[], resource: string, conditions: Record<string, object> = {}): PolicyStatement {
  return new PolicyStatement({ effect: Effect.ALLOW, actions: [...actions], resources: [resource], conditions });
}
