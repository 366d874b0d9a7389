import { patience, type RetryOptions, retried } from '../../../lib/io/retry';
import { ProblemError } from '../../../lib/problem';
import { problemOf, soon } from '../bucket/contract';

describe('trying again', () => {
  const failing = async (index: number) => ({ problem: new ProblemError('BucketFault', `try ${index}`) });

  function recording(random: number): { waits: number[]; options: RetryOptions } {
    const waits: number[] = [];
    return {
      waits,
      options: {
        maxTries: 8,
        random: () => random,
        sleep: async (ms) => {
          waits.push(ms);
        },
      },
    };
  }

  test('waits up to twice as long each time, and never long', async () => {
    const { waits, options } = recording(1);
    await expect(retried(failing, options, 'read', soon())).rejects.toThrow('try 7');
    expect(waits).toEqual([50, 100, 200, 400, 800, 1000, 1000]);
  });

  test('waits for any part of that', async () => {
    const { waits, options } = recording(0.1);
    await expect(retried(failing, options, 'read', soon())).rejects.toThrow('try 7');
    expect(waits).toEqual([5, 10, 20, 40, 80, 100, 100]);
  });

  test('stops at a value, and at a thrown problem', async () => {
    const { waits, options } = recording(1);
    const third = async (index: number) => (index === 2 ? { value: 'yes' } : failing(index));
    expect(await retried(third, options, 'read', soon())).toBe('yes');
    expect(waits).toHaveLength(2);
    const thrown = async () => Promise.reject(new ProblemError('NoSuchKey', 'no'));
    expect(await problemOf(retried(thrown, options, 'read', soon()))).toBe('NoSuchKey');
    expect(waits).toHaveLength(2);
  });

  test('waits at least for as long as the server asks', async () => {
    const { waits, options } = recording(1);
    const busy = async (index: number) => ({ ...(await failing(index)), afterMs: 300 });
    await expect(retried(busy, options, 'send', soon())).rejects.toThrow('try 7');
    expect(waits).toEqual([300, 300, 300, 400, 800, 1000, 1000]);
  });

  test('a wait ends with the caller’s time', async () => {
    const { options } = recording(1);
    const endless = { ...options, sleep: () => new Promise<never>(() => {}) };
    expect(await problemOf(retried(failing, endless, 'read', soon(20)))).toBe('Timeout');
    await patience.sleep(60_000, soon(20));
  });
});
