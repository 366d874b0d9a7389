import { ProblemError } from '../../../lib/problem';
import { createSharedReads, type Group, type Member, type SharingRules } from '../../../lib/read/shared-reads';
import { newTrace } from '../../../lib/read/trace';
import { endOf } from '../../../testing/compare/problem';

type TestMember = Member & Readonly<{ name: string; needs: string | null }>;

/** One read that a test steers: `begin` lets it begin, `end` gives it what it finds or how it fails. */
type Read = Readonly<{ group: Group<TestMember, string>; begin(): void; end(found: string | ProblemError): void }>;

type Asked = Readonly<{ member: TestMember; end: Promise<string>; leave(): void }>;

function gate<T>(): Readonly<{ opened: Promise<T>; open: (value: T) => void }> {
  let open = (_value: T): void => undefined;
  const opened = new Promise<T>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

const settled = (): Promise<void> => new Promise(setImmediate);
const fault = new ProblemError('BucketFault', 'Cannot read');
const missing = new ProblemError('NoSuchKey', 'Cannot read');

/** Reads of one object. A read begins at once unless `queued`; each costs one request. */
function lab(rules: Partial<SharingRules> = {}, { queued = false } = {}) {
  const shared = createSharedReads<TestMember, string>({ stallMs: 60_000, joinMs: 0, ...rules });
  const reads: Read[] = [];
  const stopped = (signal: AbortSignal): Promise<never> =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new ProblemError('Timeout', 'Cannot read: it was stopped')));
    });
  async function work(group: Group<TestMember, string>): Promise<void> {
    const [begun, ended] = [gate<void>(), gate<string | ProblemError>()];
    reads.push({ group, begin: begun.open, end: ended.open });
    if (queued) await Promise.race([begun.opened, stopped(group.time.signal)]);
    group.begin();
    group.trace.cost.requests++;
    group.trace.cache = 'miss';
    const found = await Promise.race([ended.opened, stopped(group.time.signal)]);
    if (found instanceof ProblemError) throw found;
    group.end();
    for (const member of group.members()) {
      const isEnough = member.needs === null || member.needs === found;
      group.give(member, isEnough ? `${member.name}: ${found}` : null);
    }
  }
  function ask(name: string, { needs = null, endsAt = 0 }: Partial<TestMember & TestMember['time']> = {}): Asked {
    const controller = new AbortController();
    const member = { name, needs, trace: newTrace(), time: { endsAt, signal: controller.signal } };
    const end = shared.read('photos/a.jpg', member, work);
    end.catch(() => undefined); // a test looks at it later
    return { member, end, leave: () => controller.abort() };
  }
  const askMany = (count: number): readonly Asked[] => Array.from({ length: count }, (_, i) => ask(`${i}`));
  const readAt = (at: number): Read => reads[at] ?? never();
  return { reads, readAt, ask, askMany, shared, work };
}

const requestsOf = (asked: readonly Asked[]): number[] => asked.map(({ member }) => member.trace.cost.requests);
const endsOf = (asked: readonly Asked[]): Promise<string[]> => Promise.all(asked.map(({ end }) => endOf(() => end)));

describe('requests for one object', () => {
  test('that come before the read has begun share it; the first one has its cost', async () => {
    const { askMany, reads, readAt } = lab({}, { queued: true });
    const asked = askMany(3);
    readAt(0).begin();
    readAt(0).end('v1');
    expect(await Promise.all(asked.map(({ end }) => end))).toEqual(['0: v1', '1: v1', '2: v1']);
    expect([reads.length, requestsOf(asked)]).toEqual([1, [1, 0, 0]]);
    expect(asked.map(({ member }) => member.trace.cache)).toEqual(['miss', 'miss', 'miss']);
  });

  test('that come while a read runs share the next one, which begins after it: 100 cost 2', async () => {
    const { askMany, reads, readAt } = lab();
    const asked = askMany(100);
    await settled();
    expect(reads).toHaveLength(1);
    readAt(0).end('v1');
    await settled();
    readAt(1).end('v2');
    const ends = await Promise.all(asked.map(({ end }) => end));
    expect(ends.slice(0, 3)).toEqual(['0: v1', '1: v2', '2: v2']);
    expect([reads.length, requestsOf(asked).filter((requests) => requests > 0).length]).toEqual([2, 2]);
  });

  test('share a running read as long as an answer may be that old: 100 cost 1', async () => {
    let now = 0;
    const { ask, askMany, reads, readAt } = lab({ joinMs: 1_000, now: () => now });
    const asked = askMany(100);
    now = 1_000;
    const late = ask('late');
    readAt(0).end('v1');
    expect((await Promise.all(asked.map(({ end }) => end))).at(-1)).toBe('99: v1');
    expect(reads).toHaveLength(2);
    readAt(1).end('v2');
    expect(await late.end).toBe('late: v2');
  });

  test('do not wait longer for a slow read than for a limited time', async () => {
    const { ask, reads, readAt } = lab({ stallMs: 1 });
    const slow = ask('slow');
    const next = ask('next');
    while (reads.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
    readAt(1).end('v2');
    expect(await next.end).toBe('next: v2');
    readAt(0).end('v1');
    expect(await slow.end).toBe('slow: v1');
  });

  test('a member that comes late, and needs more than was read, has another read', async () => {
    const { ask, reads, readAt } = lab({ joinMs: 1_000, now: () => 0 });
    const first = ask('first');
    const late = ask('late', { needs: 'more' });
    readAt(0).end('v1');
    expect(await first.end).toBe('first: v1');
    readAt(1).end('more');
    expect(await late.end).toBe('late: more');
    expect([reads.length, ...requestsOf([first, late])]).toEqual([2, 1, 1]);
  });

  test('a member that came late twice is answered', async () => {
    let now = 0;
    const { ask, reads, readAt } = lab({ joinMs: 1_000, stallMs: 1, now: () => now });
    const first = ask('first');
    const late = ask('late', { needs: 'more' });
    now = 1_000; // the first read takes no more members: the next one begins beside it
    const second = ask('second');
    while (reads.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
    readAt(0).end('v1');
    await settled();
    readAt(1).end('v1');
    await settled();
    if (reads.length > 2) readAt(2).end('more');
    expect(await endsOf([first, second, late])).toEqual(['answered', 'answered', 'answered']);
  });

  test('after the last read, the next request reads at once', async () => {
    const { ask, reads, readAt } = lab();
    for (const at of [0, 1, 2]) {
      const { end } = ask('one');
      readAt(at).end('v1');
      await end;
    }
    expect(reads).toHaveLength(3);
  });

  test('a read that is not done with its work before it ends gives an error', async () => {
    const { shared, ask } = lab();
    const { member } = ask('other');
    expect(await endOf(() => shared.read('photos/b.jpg', { ...member }, async () => undefined))).toBe('InternalError');
  });
});

describe('a failure', () => {
  test('that may pass is for the first member; the others have one more try, together', async () => {
    const { askMany, reads, readAt } = lab({}, { queued: true });
    const asked = askMany(100);
    for (const at of [0, 1]) {
      readAt(at).begin();
      readAt(at).end(fault);
      await settled();
    }
    expect(await endsOf(asked)).toEqual(Array(100).fill('BucketFault'));
    expect([reads.length, requestsOf(asked).slice(0, 3)]).toEqual([2, [1, 1, 0]]);
  });

  test('does not reach the others when their own try succeeds', async () => {
    const { askMany, readAt } = lab({}, { queued: true });
    const asked = askMany(3);
    readAt(0).begin();
    readAt(0).end(fault);
    await settled();
    readAt(1).begin();
    readAt(1).end('v1');
    expect(await endsOf(asked)).toEqual(['BucketFault', 'answered', 'answered']);
  });

  test('that the store states is for all who asked before the read began', async () => {
    const { askMany, reads, readAt } = lab({}, { queued: true });
    const asked = askMany(3);
    readAt(0).begin();
    readAt(0).end(missing);
    expect(await endsOf(asked)).toEqual(Array(3).fill('NoSuchKey'));
    expect(reads).toHaveLength(1);
  });

  test.each([fault, missing])('is not for a member that came while the read ran: $code', async (error) => {
    const { ask, reads, readAt } = lab({ joinMs: 1_000, now: () => 0 });
    const [first, late] = [ask('first'), ask('late')];
    expect(reads).toHaveLength(1);
    readAt(0).end(error);
    await settled();
    readAt(1).end('v1');
    expect(await endsOf([first, late])).toEqual([error.code, 'answered']);
  });
});

describe('a member that leaves', () => {
  test('does not stop the read for the others; the next one has its cost', async () => {
    const { askMany, readAt } = lab({}, { queued: true });
    const asked = askMany(3);
    readAt(0).begin();
    asked[0]?.leave();
    await settled();
    expect(readAt(0).group.time.signal.aborted).toBe(false);
    readAt(0).end('v1');
    expect(await endsOf(asked)).toEqual(['Timeout', 'answered', 'answered']);
    expect(requestsOf(asked)).toEqual([0, 1, 0]);
  });

  test('as the last one stops the read, and has its cost', async () => {
    const { askMany, ask, reads, readAt } = lab({}, { queued: true });
    const asked = askMany(3);
    readAt(0).begin();
    await settled();
    for (const { leave } of asked) leave();
    const next = ask('next'); // not a member of the read that was stopped
    expect(await endsOf(asked)).toEqual(Array(3).fill('Timeout'));
    expect([readAt(0).group.time.signal.aborted, requestsOf(asked)]).toEqual([true, [0, 0, 1]]);
    readAt(1).begin();
    readAt(1).end('v2');
    expect([await next.end, reads.length]).toEqual(['next: v2', 2]);
  });

  test('while it waits for the read before it, costs nothing', async () => {
    const { ask, reads, readAt } = lab();
    const first = ask('first');
    const second = ask('second');
    second.leave();
    expect(await endsOf([second])).toEqual(['Timeout']);
    readAt(0).end('v1');
    await first.end;
    await settled();
    expect([reads.length, ...requestsOf([first, second])]).toEqual([1, 1, 0]);
  });

  test('had left before it asked', async () => {
    const { shared, work, ask, reads } = lab();
    const { member } = ask('first');
    const late = { ...member, time: { endsAt: 0, signal: AbortSignal.abort() } };
    expect(await endOf(() => shared.read('photos/a.jpg', late, work))).toBe('Timeout');
    expect(reads).toHaveLength(1);
  });

  test('has no second try after a failure', async () => {
    const { ask, reads, readAt } = lab({}, { queued: true });
    const [first, second] = [ask('first'), ask('second')];
    readAt(0).begin();
    readAt(0).end(fault);
    second.leave();
    expect(await endsOf([first, second])).toEqual(['BucketFault', 'Timeout']);
    expect(reads).toHaveLength(1);
  });

  test('does not shorten the time of the others: the time of the read is the longest', async () => {
    const { ask, readAt } = lab({}, { queued: true });
    const [, long] = [ask('short', { endsAt: 10 }), ask('long', { endsAt: 30 })];
    ask('middle', { endsAt: 20 });
    expect(readAt(0).group.time.endsAt).toBe(30);
    long?.leave();
    expect(readAt(0).group.time.endsAt).toBe(20);
    await endsOf([long ?? never()]);
  });
});

function never(): never {
  throw new Error('no such read');
}
