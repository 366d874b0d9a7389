import { once } from 'node:events';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delayedDoor } from '../../bench/lambda/delay';
import { quantile } from '../../bench/lambda/warm-calls';
import { partsOf } from '../../bench/zip-content';

test('a percentile is the least value that the given share does not exceed', () => {
  const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);
  expect([quantile(hundred, 0.99), quantile(hundred, 0.5), quantile([7], 0.99)]).toEqual([99, 50, 7]);
  expect(quantile([], 0.5)).toBeNaN();
});

test('the parts of a zip are listed, the largest first', () => {
  const listing = `Archive:  a.zip
 Length   Method    Size  Cmpr    Date    Time   CRC-32   Name
--------  ------  ------- ---- ---------- ----- --------  ----
     100  Defl:N       40  60% 1970-01-01 00:00 00ff00ff  handler/http.js
      10  Stored       10   0% 1970-01-01 00:00 00ff00ff  node_modules/aws4/aws4.js
     900  Defl:N      500  44% 1970-01-01 00:00 00ff00ff  node_modules/@img/sharp-linux-x64/lib/a b.node
       2  Defl:N        4 -99% 1970-01-01 00:00 00ff00ff  handler/upload.js
--------          -------  ---                            -------
    1012              554  45%                            4 files
`;
  expect(partsOf(listing)).toEqual([
    { name: '@img/sharp-linux-x64', files: 1, stored: 500, length: 900 },
    { name: 'handler', files: 2, stored: 44, length: 102 },
    { name: 'aws4', files: 1, stored: 10, length: 10 },
  ]);
});

test('a delaying proxy delays each request, and passes the complete reply', async () => {
  const server = createServer((_, res) => void res.end('x'.repeat(100_000))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const door = await delayedDoor((server.address() as AddressInfo).port, 40);
  try {
    const startedAt = performance.now();
    const length = await new Promise<number>((resolve, reject) => {
      get({ host: '127.0.0.1', port: door.port, agent: false }, (res) => {
        let bytes = 0;
        res.on('data', (part: Buffer) => {
          bytes += part.length;
        });
        res.on('end', () => resolve(bytes));
      }).once('error', reject);
    });
    expect(length).toBe(100_000);
    expect(performance.now() - startedAt).toBeGreaterThan(38);
  } finally {
    door.close();
    server.close();
  }
});
