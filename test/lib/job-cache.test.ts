import { type JobDeps, runJob } from '../../lib/job';
import { everyone } from '../../testing/fakes/access';
import { spyCache } from '../../testing/fakes/spy-cache';
import { conditional, job, png, run, world } from './job-world';

describe('with a cache', () => {
  test('callers without access learn nothing about the content: the verdict comes before any read', async () => {
    for (const freshness of ['verify', 'trust'] as const) {
      const { deps, lines, refs } = world();
      const spy = spyCache({ freshness });
      await run(runJob(job('/a.png'), { ...deps, cache: spy.cache }, null));
      const looks = spy.gets.length;
      const closed: JobDeps = {
        ...deps,
        cache: spy.cache,
        access: { ...everyone, callers: 'signed', isPublic: () => false },
      };
      const answer = await run(runJob(job('/a.png'), closed, null));
      expect(answer.status).toBe(403);
      expect(lines.at(-1)).toMatchObject({ code: 'SignatureMissing', cache: null, requests: 0 });
      expect([spy.gets.length, spy.puts.length, refs.length]).toEqual([looks, 1, 1]);
    }
  });

  test('a hit answers as a miss does, by GET, by HEAD and with If-None-Match', async () => {
    for (const freshness of ['verify', 'trust'] as const) {
      const { deps, lines } = world(conditional);
      const spied = { ...deps, cache: spyCache({ freshness }).cache };
      const missed = await run(runJob(job('/a.png'), spied, null));
      expect(lines.at(-1)).toMatchObject({ cache: 'miss', requests: 1, bytes: png.length });
      expect(await run(runJob(job('/a.png'), spied, null))).toEqual(missed);
      expect(lines.at(-1)).toMatchObject({
        cache: 'hit',
        code: 'OK',
        requests: freshness === 'verify' ? 1 : 0,
        bytes: 0,
      });
      const head = await run(runJob(job('/a.png', 'exif', { method: 'HEAD' }), spied, null));
      expect(head).toEqual({ ...missed, body: '' });
      for (const tag of [missed.headers['etag'] ?? '', '*']) {
        const headers = { 'if-none-match': tag };
        expect(await run(runJob(job('/a.png', 'exif', { headers }), spied, null))).toMatchObject({
          status: 304,
          body: '',
        });
      }
    }
  });

  test('a cached fault is answered as the first time, and logged by its name', async () => {
    const text = new TextEncoder().encode('Not an image.\n');
    const { deps, lines } = world(async (ref, range, condition, signal) =>
      condition === null
        ? { bytes: text, stat: { size: text.length, etag: '"t"', lastModified: null } }
        : conditional(ref, range, condition, signal),
    );
    const spied = { ...deps, cache: spyCache().cache };
    const missed = await run(runJob(job('/a.txt'), spied, null));
    const { headers, ...hit } = await run(runJob(job('/a.txt'), spied, null));
    expect({ headers, ...hit }).toEqual(missed);
    expect(lines).toMatchObject([
      { code: 'NotAnImage', cache: 'miss', requests: 1, bytes: text.length },
      { code: 'NotAnImage', cache: 'hit', requests: 1, bytes: 0 },
    ]);
  });

  test('its faults are a warning in the log and nothing else', async () => {
    const { deps, lines } = world();
    const spy = spyCache();
    spy.failing.get = 'fault';
    const answer = await run(runJob(job('/a.png'), { ...deps, cache: spy.cache }, null));
    expect(answer.status).toBe(200);
    expect(lines).toMatchObject([
      { level: 'warn', code: 'OK', cache: 'miss', cacheProblem: 'Cannot reach the cache', requests: 1 },
    ]);
    expect(lines[0]).not.toHaveProperty('problem');
  });
});
