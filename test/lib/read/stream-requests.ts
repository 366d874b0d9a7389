// Requests for the objects of a stream, and whether each answer was right at some time during the request.
import { type JobDeps, runJob } from '../../../lib/job';
import { ProblemError } from '../../../lib/problem';
import type { Answer, ObjectRef } from '../../../lib/types';
import type { Version } from '../../../testing/fakes/model-bucket';
import { seededRandom } from '../../../testing/random/seeded';
import { base, contents, keys, openWorld, pause, type World } from './stream-world';

/** Asks for objects as callers do. Returns what was wrong with an answer, or null. */
export async function ask(world: World, times: number): Promise<string | null> {
  const { random, freshness } = world;
  const deps = world.start();
  const seen = new Map<string, string>();
  for (let left = times; left > 0; left--) {
    await pause(world, 10);
    const wrong = await askOnce(world, deps, random.pick(keys), seen);
    if (wrong !== null && freshness === 'verify') return wrong;
  }
  return null;
}

/** With all events followed, also an answer that trusts the cache is right. */
export async function askLast(world: World): Promise<string | null> {
  if (world.lost > 0 && world.freshness === 'trust') return null;
  const deps = world.start();
  for (const key of keys) {
    const wrong = await askOnce(world, deps, key, new Map());
    if (wrong !== null) return wrong;
  }
  return null;
}

async function askOnce(world: World, deps: JobDeps, key: string, seen: Map<string, string>): Promise<string | null> {
  const { model, random, trace } = world;
  const known = random.chance(0.3) ? seen.get(key) : undefined;
  const from = model.moment();
  const answer = await answerOf(key, known, deps);
  const said = saidBy(answer);
  trace(() => `answer ${key} ${said}`);
  if (answer.headers['etag'] !== undefined) seen.set(key, answer.headers['etag']);
  // A store that refuses, and an object that changes twice during one request, are answered as what they are.
  if (answer.status === 503 || /ObjectChanged/.test(said)) return null;
  const right = await Promise.all(model.since(key, from).map((version) => rightAnswer(version, known)));
  return right.includes(said) ? null : `${key} was ${right.join(' or ')}, the answer: ${said}`;
}

async function answerOf(key: string, known: string | undefined, deps: JobDeps): Promise<Answer> {
  const request = {
    method: 'GET',
    path: `/${key.split('/').map(encodeURIComponent).join('/')}`,
    pathDecoded: false,
    query: [['exif', null] as const],
    headers: { host: 'h', ...(known === undefined ? {} : { 'if-none-match': known }) },
  };
  const { answer } = await runJob({ id: 'ask', trigger: 'test', act: 'answer', request }, deps, null);
  if (answer === null) throw new Error('a request has an answer');
  return answer;
}

/** What an answer says about the object: its version, its content, or why it has none. */
function saidBy({ status, headers, body }: Answer): string {
  const [, code = ''] = /<Code>(.*)<\/Code>/.exec(String(body)) ?? [];
  return status === 200 ? `200 ${headers['etag']} ${String(body)}` : `${status} ${headers['etag']} ${code}`;
}

const rights = new Map<string, Promise<string>>();

/** The answer about a version without a cache. */
function rightAnswer(version: Version | null, known: string | undefined): Promise<string> {
  const name = `${version?.content} ${version?.etag} ${known}`;
  const right = rights.get(name) ?? readRight(version, known);
  rights.set(name, right);
  return right;
}

async function readRight(version: Version | null, known: string | undefined): Promise<string> {
  const setting = { ...base, kind: 's3', freshness: 'verify' } as const;
  const still = { ...openWorld(setting, { random: seededRandom(1), turn: async () => {} }).start(), cache: null };
  const bucket = {
    fetch: async (_ref: ObjectRef, { start, end }: { start: number; end: number }) => {
      if (version === null) throw new ProblemError('NoSuchKey', 'The object does not exist');
      const bytes = contents[version.content] ?? new Uint8Array(0);
      if (bytes.length === 0) throw new ProblemError('EmptyObject', 'It is empty');
      const stat = { size: bytes.length, etag: version.etag, lastModified: new Date(0) };
      return { bytes: bytes.slice(start, end), stat };
    },
  };
  return saidBy(await answerOf('a', known, { ...still, buckets: new Map([['test', bucket]]) }));
}
