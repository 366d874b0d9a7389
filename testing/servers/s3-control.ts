// S3 Control as far as it makes and describes batch jobs, with an S3 beside it for manifests and reports. A job goes one
// status on whenever it is looked at, and its report is there once it is complete.
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listenOnLoopback } from './loopback';
import { isSigned } from './signed-http';

/** A task that fails, as the report has it: its key is encoded. */
export type FailedTask = Readonly<{ bucket: string; key: string; message: string }>;

export type ControlJob = Readonly<{ id: string; token: string; request: string; statuses: string[] }>;

/** What is asked: calls of S3 Control by their names, `GetObject` and `HeadObject` of S3. */
export type Call = 'CreateJob' | 'DescribeJob' | 'GetObject' | 'HeadObject';

export type S3Control = Readonly<{
  endpoint: string;
  jobs: Map<string, ControlJob>;
  /** By `bucket/key`. */
  objects: Map<string, string>;
  calls: Call[];
  /** Statuses of refusals, taken from the front by the calls of that name; 0 answers, -1 answers and breaks the line. */
  faults: Partial<Record<Call, number[]>>;
  close(): Promise<void>;
}>;

export type ControlOptions = Readonly<{ tasks: number; failed: readonly FailedTask[]; statuses?: readonly string[] }>;

const normally = ['New', 'Preparing', 'Ready', 'Active', 'Active', 'Completing', 'Complete'];

type State = Omit<S3Control, 'endpoint' | 'close'> & Readonly<{ options: ControlOptions }>;

/** Listens on loopback. */
export async function s3Control(options: ControlOptions): Promise<S3Control> {
  const state: State = { jobs: new Map(), objects: new Map(), calls: [], faults: {}, options };
  const server = createServer((request, response) => {
    request.setEncoding('utf8');
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => answer(request, body, response, state));
  });
  return { ...state, ...(await listenOnLoopback(server)) };
}

function answer(request: IncomingMessage, body: string, response: ServerResponse, state: State): void {
  if (!isSigned(request, body)) return refuse(response, 403, 'SignatureDoesNotMatch');
  const { pathname } = new URL(request.url ?? '/', 'http://server');
  const [, jobId] = /^\/v20180820\/jobs(?:\/([^/]+))?$/.exec(pathname) ?? [];
  const isControl = pathname.startsWith('/v20180820/');
  if (isControl && !/^\d{12}$/.test(String(request.headers['x-amz-account-id'])))
    return refuse(response, 400, 'InvalidRequest');
  const call: Call = !isControl
    ? request.method === 'HEAD'
      ? 'HeadObject'
      : 'GetObject'
    : request.method === 'POST'
      ? 'CreateJob'
      : 'DescribeJob';
  state.calls.push(call);
  const fault = state.faults[call]?.shift() ?? 0;
  if (fault > 0) return refuse(response, fault, fault === 503 ? 'SlowDown' : 'AccessDenied');
  if (call === 'CreateJob') create(body, response, state, fault);
  else if (call === 'DescribeJob') describe(state.jobs.get(jobId ?? ''), response, state);
  else object(decodeURIComponent(pathname.slice(1)), response, state);
}

/** The same token is the same job: a client that heard no answer asks again. */
function create(body: string, response: ServerResponse, state: State, fault: number): void {
  const token = /<ClientRequestToken>([^<]+)</.exec(body)?.[1] ?? '';
  const known = [...state.jobs.values()].find((job) => job.token === token);
  const id = known?.id ?? randomUUID();
  if (known === undefined)
    state.jobs.set(id, { id, token, request: body, statuses: [...(state.options.statuses ?? normally)] });
  if (fault < 0) return void response.destroy();
  reply(response, `<CreateJobResult><JobId>${id}</JobId></CreateJobResult>`);
}

function describe(job: ControlJob | undefined, response: ServerResponse, state: State): void {
  if (job === undefined) return refuse(response, 404, 'NoSuchJob');
  const { tasks, failed } = state.options;
  const [status = ''] = job.statuses;
  const left = job.statuses.length > 1 ? job.statuses.splice(0, 1).length + job.statuses.length : 1;
  const isOver = ['Complete', 'Failed', 'Cancelled'].includes(status);
  const share = isOver ? 1 : status === 'Active' ? 1 / left : 0;
  const failures = isOver ? failed.length : 0;
  if (isOver) writeReport(job, state);
  const total = ['New', 'Preparing'].includes(status) ? 0 : tasks;
  const summary = `<TotalNumberOfTasks>${total}</TotalNumberOfTasks><NumberOfTasksSucceeded>${Math.floor(share * tasks) - failures}</NumberOfTasksSucceeded><NumberOfTasksFailed>${failures}</NumberOfTasksFailed>`;
  const reason =
    status === 'Failed'
      ? '<FailureReasons><member><FailureCode>JobFailed</FailureCode><FailureReason>too many tasks failed</FailureReason></member></FailureReasons>'
      : '';
  const report = /<Report>.*<\/Report>/s.exec(job.request)?.[0] ?? '';
  reply(
    response,
    `<DescribeJobResult><Job><JobId>${job.id}</JobId><Status>${status}</Status><ProgressSummary>${summary}</ProgressSummary>${reason}${report}</Job></DescribeJobResult>`,
  );
}

/** As S3 writes it: the HTTP status is before the code, unlike in the schema. */
function writeReport(job: ControlJob, { options, objects }: State): void {
  const bucket = /<Bucket>arn:aws:s3:::([^<]+)<\/Bucket>/.exec(job.request)?.[1] ?? '';
  const prefix = /<Report>.*<Prefix>([^<]*)<\/Prefix>.*<\/Report>/s.exec(job.request)?.[1];
  const folder = `${prefix === undefined ? '' : `${prefix}/`}job-${job.id}`;
  const results = [];
  if (options.failed.length > 0) {
    const key = `${folder}/results/b2ddad417e94331e9f37b44f1faf8c7ed5873f2e.csv`;
    const rows = options.failed.map(
      (task) => `${task.bucket},${task.key},,failed,200,PermanentFailure,"${task.message.replaceAll('"', '""')}"\n`,
    );
    objects.set(`${bucket}/${key}`, rows.join(''));
    results.push({ TaskExecutionStatus: 'failed', Bucket: bucket, MD5Checksum: '', Key: key });
  }
  const manifest = { Format: 'Report_CSV_20180820', ReportCreationDate: '2026-11-22T10:00:00.000Z', Results: results };
  objects.set(`${bucket}/${folder}/manifest.json`, JSON.stringify(manifest));
}

function object(name: string, response: ServerResponse, { objects }: State): void {
  const text = objects.get(name);
  if (text === undefined) return refuse(response, 404, 'NoSuchKey');
  response.writeHead(200, { etag: '"60e460c9d1046e73f7dde5043ac3ae85"', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

function reply(response: ServerResponse, xml: string): void {
  response.writeHead(200, { 'content-type': 'application/xml' });
  response.end(`<?xml version="1.0" encoding="UTF-8"?>\n${xml}`);
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(
    `<?xml version="1.0"?>\n<ErrorResponse><Error><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`,
  );
}
