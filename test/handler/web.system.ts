// The server that runs by its environment alone, over the compiled files that `npm test` builds first.
import { join } from 'node:path';
import { type StartedServer, start } from '../deploy/started';

const root = join(__dirname, '..', '..');
const running: StartedServer[] = [];

afterEach(async () => {
  for (const server of running.splice(0)) await server.stop('SIGKILL');
});

test.each([
  ['127.0.0.1', 403],
  ['localhost', 403],
  ['0.0.0.0', 200],
])('with HOST=%s a request to the name of another host is answered with %i', async (host, status) => {
  const env = { EXIF_BUCKET: `directory:${join(root, 'samples')}`, EXIF_PUBLIC: '*', HOST: host, PORT: '0' };
  const server = await start(
    process.execPath,
    ['--dns-result-order=ipv4first', join(root, 'dist', 'handler', 'web.js')],
    {
      env,
    },
  );
  running.push(server);
  expect((await server.get('/gps.jpg?exif')).status).toBe(200);
  expect((await server.get('/gps.jpg?exif', { host: 'attacker.example' })).status).toBe(status);
});
