// The parts of serverless.yml that depend on the parameters, because YAML has no conditions.
import type { Env } from '../../lib/types';
import { DeployError, ownSettings, type Variables } from '../check';
import { alarmResources } from './alarms';
import { cacheResources } from './cache-store';
import { cdnOutputs, cdnResources } from './cdn';
import { arnOf, type NamedValues } from './cloudformation';
import { type Door, doorOf } from './doors';
import { hasEvents, parameterNames, readParameters, refuseUnknownParameters, type StackParameters } from './parameters';
import { batchRole, functionRoles, roleName } from './roles';
import { bucketsOf, type ReadBucket, settingsOf } from './settings';
import { sinkResources, sinkSettings } from './sinks';
import { uploadResources } from './uploads';

/** The inputs of a template. `env` is the environment of the deployment. */
type Deployment = Readonly<{ service: string; stage: string; env: Env }>;

/** The parts, under the names that serverless.yml uses. */
export type Template = Readonly<{
  architecture: string;
  logRetention: number;
  environment: Variables;
  http: NamedValues;
  /** null = the stack has no such function. */
  upload: NamedValues | null;
  batch: NamedValues | null;
  resources: NamedValues;
}>;

/** Builds the parts from the texts of the parameters. Throws DeployError for parameters or settings that are wrong. */
export function buildTemplate(texts: Variables, { service, stage, env }: Deployment): Template {
  const parameters = readParameters(withEnv(texts, env));
  const name = `${service}-${stage}`;
  const settings = settingsOf(parameters, { env, stage });
  const buckets = bucketsOf(settings, parameters);
  const jobs = hasEvents(parameters);
  const sinks = sinkSettings(parameters, ownSettings(env));
  const functionNames = Object.fromEntries(
    ['http', ...(jobs ? ['upload', 'batch'] : [])].map((key) => [key, `${name}-${key}`]),
  );
  const door = doorOf(parameters, { stage, apiName: `${service}-${stage}`, functionName: `${name}-http` });
  return {
    architecture: parameters.architecture,
    logRetention: parameters.logRetention,
    environment: settings,
    http: httpFunction(parameters, door),
    upload: jobs ? uploadFunction(parameters, sinks) : null,
    batch: jobs ? batchFunction(parameters, sinks) : null,
    resources: {
      Resources: {
        ...functionRoles(parameters, { settings, sinks, buckets }, functionNames),
        ...(jobs ? jobResources(parameters, buckets) : {}),
        ...cacheResources(parameters),
        ...sinkResources(parameters),
        ...door.resources,
        ...cdnResources(parameters, { name, corsOrigins: settings['EXIF_CORS_ORIGINS'] ?? '' }),
        ...alarmResources(parameters, { name, functionNames, faults: door.faults }),
      },
      Outputs: { ...door.outputs, ...cdnOutputs(parameters), ...(jobs ? jobOutputs(parameters) : {}) },
      extensions: door.extensions,
    },
  };
}

/** Some parameters have a setting with the same meaning. It is used when the parameter is not given. */
function withEnv(texts: Variables, env: Env): Variables {
  const defaults = {
    callers: env['EXIF_CALLERS'] || 'platform',
    keys: env['EXIF_KEYS'],
    cache: env['EXIF_CACHE'],
    sink: env['EXIF_SINK'],
  };
  const missing = Object.entries(defaults).filter(([name]) => (texts[name] ?? '') === '');
  return { ...texts, ...Object.fromEntries(missing.map(([name, text]) => [name, text ?? ''])) };
}

/** The function that answers requests. An asynchronous call is not repeated, because nobody would read its answer. */
function httpFunction(parameters: StackParameters, { url, events }: Door): NamedValues {
  return {
    handler: 'handler/http.handler',
    description: 'GET /<ObjectKey>?exif returns the EXIF of an image in a bucket',
    role: roleName('http'),
    memorySize: parameters.memory,
    timeout: parameters.timeout,
    ...reserved(parameters.concurrency),
    maximumRetryAttempts: 0,
    maximumEventAge: 60,
    ...(url === undefined ? {} : { url }),
    events,
  };
}

/** The function that follows the events of the bucket, and sends each change to the sinks. */
function uploadFunction(parameters: StackParameters, sinks: Variables): NamedValues {
  const sqs = {
    arn: arnOf('UploadQueue'),
    batchSize: 10,
    // The reply names the messages that failed, and only those are sent again.
    functionResponseType: 'ReportBatchItemFailures',
    // A mass upload must not use up the concurrency of the account.
    maximumConcurrency: parameters.uploadConcurrency,
  };
  return {
    handler: 'handler/upload.handler',
    description: 'Keeps the EXIF in the cache up to date with the bucket',
    role: roleName('upload'),
    ...environment(sinks),
    ...jobSize(parameters),
    // For events that S3 or SNS send to the function directly, without the queue.
    maximumRetryAttempts: parameters.retries,
    maximumEventAge: parameters.eventAge,
    destinations: { onFailure: { type: 'sqs', arn: arnOf('UploadDeadLetters') } },
    events: [{ sqs }],
  };
}

/** The function that the jobs of `npm run backfill` call. The jobs wait for its reply and repeat a call themselves. */
function batchFunction(parameters: StackParameters, sinks: Variables): NamedValues {
  return {
    handler: 'handler/batch.handler',
    description: 'Fills the cache for the tasks of S3 Batch Operations',
    role: roleName('batch'),
    ...environment(sinks),
    ...jobSize(parameters),
    maximumRetryAttempts: 0,
    maximumEventAge: 60,
  };
}

/** The variables of a function in addition to those of all functions. */
function environment(variables: Variables): NamedValues {
  return Object.keys(variables).length === 0 ? {} : { environment: variables };
}

function jobSize({ jobMemory, jobTimeout, jobConcurrency }: StackParameters): NamedValues {
  return { memorySize: jobMemory, timeout: jobTimeout, ...reserved(jobConcurrency) };
}

function reserved(concurrency: number | null): NamedValues {
  return concurrency === null ? {} : { reservedConcurrency: concurrency };
}

function jobResources(parameters: StackParameters, buckets: readonly ReadBucket[]): NamedValues {
  const bucket = parameters.bucket || buckets[0]?.name;
  // A cache in a folder is for `serverless invoke local`, which creates no resources.
  if (bucket === undefined && /^(s3|dynamodb|cos|annotation):/.test(parameters.cache))
    throw new DeployError('--param cache needs --param bucket=<name>: the stack follows the events of that bucket');
  return { ...uploadResources(parameters, bucket ?? 'none'), ...batchRole(parameters, bucket ?? 'none') };
}

function jobOutputs({ report }: StackParameters): NamedValues {
  return {
    UploadDeadLetters: { Description: 'Events that failed', Value: { Ref: 'UploadDeadLetters' } },
    BatchFunction: { Description: 'For backfill --function-arn', Value: arnOf('BatchLambdaFunction') },
    ...(report === '' ? {} : { BatchRole: { Description: 'For backfill --role-arn', Value: arnOf('BatchRole') } }),
  };
}

/** What serverless passes to a function that resolves a variable. */
type Resolver = Readonly<{
  options: Readonly<{ param?: readonly string[] }>;
  resolveVariable(name: string): Promise<unknown>;
}>;
type Variable = (resolver: Resolver) => Promise<unknown>;

/** The part whose variable reports wrong parameters; null = no wrong ones were found yet. */
let reporter: keyof Template | null = null;

/**
 * A part as a variable of serverless.yml. Serverless prints the error of every variable, so only one of them throws for wrong
 * parameters. The others are empty then, which has no effect: serverless stops at the error.
 */
function variable(part: keyof Template): Variable {
  return async ({ options, resolveVariable }) => {
    const texts: Record<string, string> = {};
    // Rejects while serverless does not know the parameters yet; serverless calls the function again later.
    for (const name of parameterNames) texts[name] = String((await resolveVariable(`param:${name}, ''`)) ?? '');
    const service = String(await resolveVariable('self:service'));
    const stage = String(await resolveVariable('sls:stage'));
    try {
      refuseUnknownParameters((options.param ?? []).map((param) => String(param).split('=')[0] ?? ''));
      return buildTemplate(texts, { service, stage, env: process.env })[part];
    } catch (error) {
      reporter ??= part;
      if (reporter === part) throw error;
      return {};
    }
  };
}

const parts = ['architecture', 'logRetention', 'environment', 'http', 'upload', 'batch', 'resources'] as const;

/** The variables of serverless.yml, by name. */
export const variables: Readonly<Record<string, Variable>> = Object.fromEntries(
  parts.map((part) => [part, variable(part)]),
);
