import { parseKeyLocation } from '../../../lib/auth/key-location';
import { parseKeyRing } from '../../../lib/auth/key-ring';
import { type KeyOptions, openKeys, staticKeys } from '../../../lib/auth/keys';
import { after, both, holdUntil, one, opened, refused, ttlMs, two } from './opened-keys';

test('a secret that may be guessed is warned of once, without the secret', async () => {
  const env: Record<string, string> = { KEYS: '{"AK1":"fifteen letters","AK2":"sixteen letters!"}' };
  const warnings: string[] = [];
  const { keys, clock } = opened('env:KEYS', { env, warn: (text) => warnings.push(text) });
  await keys();
  clock.ms += 2 * ttlMs;
  await keys();
  expect(warnings).toEqual(['key AK1 has a secret of less than 16 characters, which may be guessed: use a longer one']);
  env['KEYS'] = '{"AK1":"a","AK2":["sixteen letters!","b"]}';
  clock.ms += 2 * ttlMs;
  await keys();
  expect(warnings.slice(1)).toEqual([
    '2 keys, such as AK1, have a secret of less than 16 characters, which may be guessed: use a longer one',
  ]);
});

test('keys that never change', async () => {
  const ring = parseKeyRing(one);
  expect(await staticKeys(ring)()).toBe(ring);
});

describe('env:', () => {
  test('is rotated without a restart, with both secrets valid on the way', async () => {
    const env: Record<string, string> = { KEYS: one };
    const { keys, clock } = opened('env:KEYS', { env });
    expect(await keys()).toEqual(['hush-1']);
    for (const [text, secrets] of [
      [both, ['hush-1', 'hush-2']],
      [two, ['hush-2']],
    ] as const) {
      const before = await keys();
      env['KEYS'] = text;
      clock.ms += ttlMs - 1;
      expect(await keys()).toEqual(before);
      clock.ms += 1;
      expect(await keys()).toEqual(secrets);
    }
  });

  test.each([[{}], [{ KEYS: '', constructor: '' }]])('is refused when it is not set (%j)', async (env) => {
    for (const name of ['KEYS', 'constructor'])
      expect(await refused(opened(`env:${name}`, { env }).keys)).toBe(
        `ConfigInvalid: Cannot read the keys at env:${name}: the environment variable is not set`,
      );
  });

  test('is refused with wrong content, and read again a second later', async () => {
    const env: Record<string, string> = { KEYS: '{"AK1":"hush-1' };
    const { keys, clock } = opened('env:KEYS', { env });
    expect(await refused(keys)).toBe(
      'ConfigInvalid: Cannot read the keys at env:KEYS: they are not JSON (line 1, column 15)',
    );
    env['KEYS'] = one;
    clock.ms += 1000;
    expect(await keys()).toEqual(['hush-1']);
  });
});

describe('how long a read holds', () => {
  /** An environment that counts reads and answers what a test says. */
  function counted(options: Partial<KeyOptions> = {}) {
    const source = { text: one, reads: 0 };
    const env = Object.defineProperty({}, 'KEYS', {
      get: () => {
        source.reads += 1;
        return source.text;
      },
    });
    return { source, ...opened('env:KEYS', { env, ...options }) };
  }
  const notJson = 'ConfigInvalid: Cannot read the keys at env:KEYS: they are not JSON';
  const tooOld = `${notJson}; the last good keys were valid until ${after(10 * ttlMs)}`;

  test('nothing is read before the first call', () => {
    expect(counted().source.reads).toBe(0);
  });

  test('calls at the same time share one read, whether it succeeds or fails', async () => {
    const { source, keys, ring, clock } = counted();
    source.text = 'bad';
    expect(await Promise.all([refused(keys), refused(keys), refused(keys)])).toEqual([notJson, notJson, notJson]);
    expect(source.reads).toBe(1);
    source.text = one;
    clock.ms += 1000;
    const rings = await Promise.all([ring(), ring(), ring()]);
    expect(new Set(rings).size).toBe(1);
    expect(source.reads).toBe(2);
    clock.ms += ttlMs;
    source.text = two;
    expect(await Promise.all([keys(), keys(), keys()])).toEqual([['hush-2'], ['hush-2'], ['hush-2']]);
    expect(source.reads).toBe(3);
  });

  test('a source that has always failed is read at most once a second, whichever request needs it', async () => {
    const { source, keys, clock, notes } = counted();
    source.text = 'bad';
    for (let ms = 0; ms < 3000; ms += 100) {
      expect(await refused(keys)).toBe(notJson);
      clock.ms += 100;
    }
    expect(source.reads).toBe(3);
    source.text = one;
    expect(await keys()).toEqual(['hush-1']);
    expect(source.reads).toBe(4);
    expect(notes).toEqual(['keys read again: 1']);
  });

  test('a clock that is set back ends the pause', async () => {
    const { source, keys, clock } = counted();
    source.text = 'bad';
    await refused(keys);
    source.text = one;
    clock.ms -= 1;
    expect(await keys()).toEqual(['hush-1']);
  });

  test('no keys: wrong at first, and later the end of every key', async () => {
    const { source, ring, clock, reports, notes } = counted();
    source.text = '{}';
    expect(await refused(ring)).toBe(
      'ConfigInvalid: Cannot read the keys at env:KEYS: they are empty: add at least one key',
    );
    source.text = one;
    clock.ms += 1000;
    expect((await ring()).keys.size).toBe(1);
    source.text = '{}';
    clock.ms += ttlMs;
    expect(await ring()).toEqual({ keys: new Map(), rounds: 1 });
    clock.ms += ttlMs;
    expect((await ring()).keys.size).toBe(0);
    source.text = two;
    clock.ms += ttlMs;
    expect((await ring()).keys.size).toBe(1);
    expect(reports).toEqual([]);
    expect(notes).toEqual(['keys read again: 1', 'keys changed: 0', 'keys changed: 1']);
  });

  test('notes report changes, and a read that succeeds after a failure', async () => {
    const { source, keys, clock, notes, reports } = counted();
    for (const text of [one, one, both, 'bad', 'bad', both, both, 'bad', two]) {
      source.text = text;
      await keys();
      clock.ms += ttlMs;
    }
    expect(notes).toEqual(['keys changed: 1', 'keys read again: 1', 'keys changed: 1']);
    const ends = [2, 2, 6].map((reads) => notJson + holdUntil((reads + 10) * ttlMs));
    expect(reports).toEqual(ends);
  });

  test('the callbacks are optional', async () => {
    const { source, clock } = counted();
    const env = Object.defineProperty({}, 'KEYS', { get: () => source.text });
    const report = () => undefined;
    const keys = openKeys(parseKeyLocation('env:KEYS'), {
      env,
      region: null,
      ttlMs,
      now: () => new Date(clock.ms),
      report,
    });
    expect((await keys()).keys.size).toBe(1);
    source.text = 'bad';
    clock.ms += ttlMs;
    await keys();
    for (const text of [one, two]) {
      source.text = text;
      clock.ms += ttlMs;
      expect((await keys()).keys.size).toBe(1);
    }
  });

  test('a source that fails is asked every 10 s, and its keys end after ten times to live', async () => {
    const { source, keys, clock, reports } = counted();
    await keys();
    source.text = 'bad';
    const start = clock.ms;
    for (let ms = ttlMs; ms < 10 * ttlMs; ms += 2_500) {
      clock.ms = start + ms;
      expect(await keys()).toEqual(['hush-1']);
    }
    expect(reports).toEqual(Array(54).fill(notJson + holdUntil(10 * ttlMs))); // 540 s
    expect(source.reads).toBe(55);
    // Too old: nobody is let in, and the pause stays.
    for (let ms = 0; ms < 20_000; ms += 2_500) {
      clock.ms = start + 10 * ttlMs + ms;
      expect(await refused(keys)).toBe(tooOld);
    }
    expect(source.reads).toBe(57);
    expect(reports).toHaveLength(54);
    source.text = two;
    clock.ms = start + 10 * ttlMs + 20_000;
    expect(await keys()).toEqual(['hush-2']);
  });

  test('keys that end within the pause end in time', async () => {
    const { source, keys, clock } = counted();
    await keys();
    source.text = 'bad';
    clock.ms += 10 * ttlMs - 1;
    expect(await keys()).toEqual(['hush-1']);
    clock.ms += 1;
    expect(await refused(keys)).toBe(tooOld);
    expect(source.reads).toBe(2);
  });

  test('a pause of the whole process counts', async () => {
    const { source, keys, clock } = counted();
    await keys();
    source.text = 'bad';
    clock.ms += ttlMs;
    await keys();
    clock.ms += 9 * ttlMs;
    expect(await refused(keys)).toBe(tooOld);
  });

  test('a reply from before a pause is not taken', async () => {
    const clock = { ms: 0 };
    const env = Object.defineProperty({}, 'KEYS', {
      get: () => {
        clock.ms += 60 * 60_000;
        return one;
      },
    });
    const { keys } = opened('env:KEYS', { env, now: () => new Date(clock.ms) });
    expect(await refused(keys)).toBe('KeysUnavailable: Cannot read the keys at env:KEYS: the reply is out of date');
  });

  test('a clock that is set back makes nothing last longer', async () => {
    const { source, keys, clock } = counted();
    await keys();
    source.text = two;
    clock.ms -= 1;
    expect(await keys()).toEqual(['hush-2']);
    expect(await keys()).toEqual(['hush-2']);
    expect(source.reads).toBe(2);
  });

  test('no time to live: each call reads', async () => {
    const { source, keys } = counted({ ttlMs: 0 });
    await keys();
    await keys();
    expect(source.reads).toBe(2);
    source.text = 'bad';
    expect(await refused(keys)).toBe(`${notJson}; the last good keys were valid until ${after(0)}`);
  });
});
