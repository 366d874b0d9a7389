// Messages that arrive together are sent together, within the limits of each sink, and each has its own result.
import { createSinks } from '../../../lib/sink/deliver';
import type { Outgoing, Sink, SinkMessage } from '../../../lib/sink/sink';
import { soon } from '../bucket/contract';
import { deliverAll, metadataState, readState } from './states';

type Send = (messages: readonly Outgoing[], signal: AbortSignal) => Promise<readonly (string | null)[]>;
const roomy = { messages: 10, messageBytes: 10_000, callBytes: 10_000 };

/** A sink that records the messages of each call. */
function recorder(limits: Sink['limits'] = roomy, send: Send = async (messages) => messages.map(() => null)) {
  const calls: (readonly Outgoing[])[] = [];
  const sink: Sink = {
    name: 'test:sink',
    limits,
    send: (messages, signal) => {
      calls.push(messages);
      return send(messages, signal);
    },
  };
  return { sink, calls, keys: () => calls.map((call) => call.map(({ message }) => message.key)) };
}

const keysOf = (count: number): readonly string[] => Array.from({ length: count }, (_, at) => `${at}.jpg`);
const states = (count: number) => keysOf(count).map((key) => readState(key, 1));

test('a call has at most as many messages as the sink takes, in their order', async () => {
  const { sink, keys } = recorder({ ...roomy, messages: 4 });
  expect(await deliverAll(createSinks([sink], 'flat'), states(10))).toEqual(Array(10).fill(null));
  expect(keys().map((call) => call.length)).toEqual([4, 4, 2]);
  expect(keys().flat()).toEqual(keysOf(10));
});

test('a call has at most as many bytes of UTF-8 as the sink takes', async () => {
  const { sink, calls } = recorder({ ...roomy, callBytes: 1500 });
  const long = keysOf(7).map((key) => metadataState(key, 1, { title: 'é'.repeat(200) }));
  expect(await deliverAll(createSinks([sink], 'metadata'), long)).toEqual(Array(7).fill(null));
  const bytes = calls.map((call) => Buffer.byteLength(call.map(({ text }) => text).join('')));
  expect(Math.max(...bytes)).toBeLessThanOrEqual(1500);
  expect(calls.map((call) => call.length)).toEqual([2, 2, 2, 1]);
});

test('a message that is as long as a whole call is sent alone', async () => {
  const { sink, keys } = recorder({ messages: 10, messageBytes: 600, callBytes: 600 });
  const mixed = [readState('a', 1), metadataState('b', 1, { title: 't'.repeat(300) }), readState('c', 1)];
  expect(await deliverAll(createSinks([sink], 'metadata'), mixed)).toEqual([null, null, null]);
  expect(keys().every((call) => call.length === 1 || !call.includes('b'))).toBe(true);
});

test('messages that come one after the other are not held back for each other', async () => {
  const { sink, keys } = recorder();
  const sinks = createSinks([sink], 'flat');
  for (const state of states(3)) await sinks.deliver(state, soon());
  expect(keys()).toEqual([['0.jpg'], ['1.jpg'], ['2.jpg']]);
});

test('one refused message of ten fails alone, with its reason', async () => {
  const refuse = ({ key }: SinkMessage): string | null => (key === '3.jpg' ? 'too large' : null);
  const { sink } = recorder(roomy, async (messages) => messages.map(({ message }) => refuse(message)));
  const results = await deliverAll(createSinks([sink], 'flat'), states(10));
  expect(results).toEqual(
    keysOf(10).map((key) => (key === '3.jpg' ? 'Cannot send "photos/3.jpg" to test:sink: too large' : null)),
  );
});

test('a message without a result counts as not accepted', async () => {
  const { sink } = recorder(roomy, async () => [null]);
  expect(await deliverAll(createSinks([sink], 'flat'), states(2))).toEqual([
    null,
    'Cannot send "photos/1.jpg" to test:sink: it did not say whether it has the message',
  ]);
});

test('a call that fails fails all its messages, and no others', async () => {
  let calls = 0;
  const { sink } = recorder({ ...roomy, messages: 2 }, async (messages) => {
    if (calls++ === 0) throw new Error('no connection');
    return messages.map(() => null);
  });
  const results = await deliverAll(createSinks([sink], 'flat'), states(4));
  expect(results.map((result) => result?.replace(/.*: /, '') ?? null)).toEqual([
    'no connection',
    'no connection',
    null,
    null,
  ]);
});

test('the error is SinkFault, for the first sink that failed; every other sink has the message', async () => {
  const good = recorder();
  const bad = recorder(roomy, () => Promise.reject(new Error('down')));
  const sinks = createSinks(
    [good.sink, { ...bad.sink, name: 'test:bad' }, { ...bad.sink, name: 'test:worse' }],
    'flat',
  );
  await expect(sinks.deliver(readState('a.jpg', 1), soon())).rejects.toMatchObject({
    code: 'SinkFault',
    message: 'Cannot send "photos/a.jpg" to test:bad: down',
  });
  expect(good.keys()).toEqual([['a.jpg']]);
});

test('a sink that hangs ends with the time of the caller, and does not hold up another sink or a later message', async () => {
  let hangs = true;
  const good = recorder();
  const bad = recorder(roomy, async (messages) => (hangs ? new Promise(() => {}) : messages.map(() => null)));
  const sinks = createSinks([bad.sink, good.sink], 'flat');
  const controller = new AbortController();
  const first = sinks.deliver(readState('a.jpg', 1), controller.signal).catch((error: unknown) => error);
  while (good.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  controller.abort();
  expect(await first).toMatchObject({ code: 'Timeout' });
  hangs = false;
  await sinks.deliver(readState('b.jpg', 1), soon());
  expect(bad.keys()).toEqual([['a.jpg'], ['b.jpg']]);
});

test('without sinks there is nothing to wait for', async () => {
  await expect(createSinks([], 'flat').deliver(readState('a.jpg', 1), soon())).resolves.toBeUndefined();
});
