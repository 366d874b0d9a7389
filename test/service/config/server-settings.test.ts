// The settings of a server.
import { availableParallelism } from 'node:os';
import { readServer } from '../../../service/config/server-settings';

test.each([
  [{}, 1, 1_000],
  [{ EXIF_WORKERS: '' }, 1, 1_000],
  [{ EXIF_WORKERS: '32' }, 32, 1_000],
  [{ EXIF_WORKERS: 'auto' }, Math.min(32, availableParallelism()), 1_000],
  [{ EXIF_WORKERS: 'auto', EXIF_MAX_CONNECTIONS: '1' }, 1, 1],
])('%j: %i workers, %i connections', (env, workers, maxConnections) => {
  expect(readServer(env)).toEqual({ workers, maxConnections });
});

test.each(['0', '33', '-1', '1.5', 'all', ' 2', '2e1', '0x2'])('EXIF_WORKERS=%s is refused', (text) => {
  expect(() => readServer({ EXIF_WORKERS: text })).toThrow('EXIF_WORKERS must be auto or a whole number from 1 to 32');
});

test('each worker needs a connection', () => {
  expect(() => readServer({ EXIF_WORKERS: '3', EXIF_MAX_CONNECTIONS: '2' })).toThrow(
    'EXIF_WORKERS must not be more than EXIF_MAX_CONNECTIONS',
  );
});
