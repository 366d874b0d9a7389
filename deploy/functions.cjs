// The functions: `http` always, `upload` and `batch` with a cache that they can reach.
const { arnOf } = require('./statements.cjs');
const { roleName } = require('./roles.cjs');

/** Events cannot reach a cache in the memory of another function. (A folder is for `serverless invoke local`.) */
function hasJobs({ cache }) {
  return !(cache === '' || cache === 'none' || cache.startsWith('memory:'));
}

/** The function that answers; `door` says how it is asked. */
function httpFunction(asked, door) {
  return {
    handler: 'handler/http.handler',
    description: 'GET /<ObjectKey>?exif answers the EXIF of an image in a bucket',
    role: roleName('http'),
    memorySize: asked.memory,
    timeout: asked.timeout,
    ...reserved(asked.concurrency),
    // Who would read an answer that was asked for without waiting?
    maximumRetryAttempts: 0,
    maximumEventAge: 60,
    ...(door.url === undefined ? {} : { url: door.url }),
    events: door.events,
  };
}

/** The function that follows what happens in the bucket. */
function uploadFunction(asked) {
  return {
    handler: 'handler/upload.handler',
    description: 'Keeps the EXIF in the cache as the bucket is',
    role: roleName('upload'),
    memorySize: asked.jobMemory,
    timeout: asked.jobTimeout,
    ...reserved(asked.jobConcurrency),
    // For events that reach it without the queue, straight from S3 or SNS.
    maximumRetryAttempts: asked.retries,
    maximumEventAge: asked.eventAge,
    destinations: { onFailure: { type: 'sqs', arn: arnOf('UploadDeadLetters') } },
    events: [
      {
        sqs: {
          arn: arnOf('UploadQueue'),
          batchSize: 10,
          // The reply names the messages that failed; only they come again.
          functionResponseType: 'ReportBatchItemFailures',
          // So that a mass upload leaves the account's other functions their share.
          maximumConcurrency: asked.uploadConcurrency,
        },
      },
    ],
  };
}

/** The function that the jobs of `npm run backfill` call. They wait for its reply and ask again themselves. */
function batchFunction(asked) {
  return {
    handler: 'handler/batch.handler',
    description: 'Fills the cache for the tasks of S3 Batch Operations',
    role: roleName('batch'),
    memorySize: asked.jobMemory,
    timeout: asked.jobTimeout,
    ...reserved(asked.jobConcurrency),
    maximumRetryAttempts: 0,
    maximumEventAge: 60,
  };
}

function reserved(concurrency) {
  return concurrency === null ? {} : { reservedConcurrency: concurrency };
}

module.exports = { hasJobs, httpFunction, uploadFunction, batchFunction };
