// The parts of serverless.yml that follow from the parameters. YAML cannot leave out what was not asked for.
const { names, readAsked, refusal } = require('./ask.cjs');
const { alarmResources } = require('./alarms.cjs');
const { cdnOutputs, cdnResources } = require('./cdn.cjs');
const { doorOf } = require('./doors.cjs');
const { batchFunction, hasJobs, httpFunction, uploadFunction } = require('./functions.cjs');
const { batchRole, functionRoles } = require('./roles.cjs');
const { arnOf } = require('./statements.cjs');
const { bucketsOf, settingsOf } = require('./settings.cjs');
const { storeResources } = require('./store.cjs');
const { uploadResources } = require('./uploads.cjs');

/** All that serverless.yml takes, from the texts of the parameters. `env`: the environment of who deploys. */
function build(texts, { service, stage, env }) {
  const asked = readAsked(withEnv(texts, env));
  const name = `${service}-${stage}`;
  const settings = settingsOf(asked, { env, stage });
  const buckets = bucketsOf(settings, asked);
  const jobs = hasJobs(asked);
  const functionNames = Object.fromEntries(
    ['http', ...(jobs ? ['upload', 'batch'] : [])].map((key) => [key, `${name}-${key}`]),
  );
  const door = doorOf(asked, { service, stage, functionName: functionNames.http });
  return {
    architecture: asked.architecture,
    logRetention: asked.logRetention,
    environment: settings,
    http: httpFunction(asked, door),
    upload: jobs ? uploadFunction(asked) : null,
    batch: jobs ? batchFunction(asked) : null,
    resources: {
      Resources: {
        ...functionRoles({ asked, settings, buckets, functionNames }),
        ...(jobs ? jobResources(asked, buckets) : {}),
        ...storeResources(asked),
        ...door.resources,
        ...cdnResources(asked, { name, corsOrigins: settings.EXIF_CORS_ORIGINS ?? '' }),
        ...alarmResources(asked, { name, functionNames, faults: door.faults }),
      },
      Outputs: { ...door.outputs, ...cdnOutputs(asked), ...(jobs ? jobOutputs(asked) : {}) },
      extensions: door.extensions,
    },
  };
}

/** The environment says for a parameter what `npm start` and the functions themselves take from it. */
function withEnv(texts, env) {
  const fallback = { callers: env.EXIF_CALLERS || 'platform', keys: env.EXIF_KEYS ?? '', cache: env.EXIF_CACHE ?? '' };
  const missing = Object.entries(fallback).filter(([name]) => (texts[name] ?? '') === '');
  return { ...texts, ...Object.fromEntries(missing) };
}

function jobResources(asked, buckets) {
  const bucket = asked.bucket || buckets[0]?.name;
  // A folder is for `serverless invoke local`, which makes no resources.
  if (bucket === undefined && /^(s3|dynamodb|cos):/.test(asked.cache)) {
    throw refusal('--param cache needs --param bucket: the rule must know whose events to follow');
  }
  return { ...uploadResources(asked, bucket ?? 'none'), ...batchRole(asked.report, bucket ?? 'none') };
}

function jobOutputs({ report }) {
  return {
    UploadDeadLetters: { Description: 'Events that could not be followed', Value: { Ref: 'UploadDeadLetters' } },
    BatchFunction: { Description: 'For backfill --function-arn', Value: arnOf('BatchLambdaFunction') },
    ...(report === '' ? {} : { BatchRole: { Description: 'For backfill --role-arn', Value: arnOf('BatchRole') } }),
  };
}

/** The part that reports wrong parameters; null while none are wrong. */
let reporter = null;

/**
 * A part as a variable of serverless.yml. Serverless prints the error of each variable: wrong parameters are the error of
 * one of them, and the others are empty, which nobody sees, because serverless stops at the error.
 */
function variable(part) {
  return async ({ options, resolveVariable }) => {
    const texts = {};
    // Rejects, and is called again later, while serverless does not know the parameters yet.
    for (const name of names) texts[name] = (await resolveVariable(`param:${name}, ''`)) ?? '';
    const service = await resolveVariable('self:service');
    const stage = await resolveVariable('sls:stage');
    try {
      refuseUnknown(options.param ?? []);
      return build(texts, { service, stage, env: process.env })[part];
    } catch (error) {
      reporter ??= part;
      if (reporter === part) throw error;
      return {};
    }
  };
}

/** A parameter with a typing error would leave its default in place without a word. */
function refuseUnknown(params) {
  const unknown = params.map((param) => String(param).split('=')[0]).find((name) => !names.includes(name));
  if (unknown !== undefined) throw refusal(`--param ${unknown} is no parameter; parameters are ${names.join(', ')}`);
}

const parts = ['architecture', 'logRetention', 'environment', 'http', 'upload', 'batch', 'resources'];
module.exports = { build, ...Object.fromEntries(parts.map((part) => [part, variable(part)])) };
