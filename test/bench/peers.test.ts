import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PeerReading, peerTable } from '../../bench/peers';
import { rangeServer, toRange } from '../../bench/peers/range-server';

test.each([
  ['bytes=0-511', { start: 0, end: 512 }],
  ['bytes=900-', { start: 900, end: 1000 }],
  ['bytes=900-2000', { start: 900, end: 1000 }],
  ['bytes=-100', { start: 900, end: 1000 }],
  ['bytes=-', null],
  ['items=0-1', null],
  ['bytes=0-1,5-6', null],
])('%s of 1000 bytes', (header, range) => {
  expect(toRange(header, 1000)).toEqual(range);
});

test('the server answers ranges of its files only, and counts by name', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'peers-'));
  writeFileSync(join(folder, 'a b.jpg'), 'abcdef');
  const server = await rangeServer(folder, ['a b.jpg']);
  try {
    const get = (path: string, headers = {}) => fetch(`${server.endpoint}/${path}`, { headers });
    const part = await get('one/a%20b.jpg', { range: 'bytes=1-2' });
    expect([part.status, part.headers.get('content-range'), await part.text()]).toEqual([206, 'bytes 1-2/6', 'bc']);
    expect(await (await get('one/a%20b.jpg')).text()).toBe('abcdef');
    expect((await get('two/a%20b.jpg', { range: 'bytes=6-9' })).status).toBe(416);
    expect((await get('two/c.jpg')).status).toBe(404);
    expect(server.costOf('one')).toEqual({ requests: 2, bytes: 8 });
    expect(server.costOf('two')).toEqual({ requests: 2, bytes: 0 });
  } finally {
    server.close();
    rmSync(folder, { recursive: true });
  }
});

test('a line of the table shows files with EXIF and all files separately', () => {
  const truth = (has_exif: boolean) => ({ path: 'a', format: 'webp', has_exif });
  const none = { library: 'exifr', found: false, refused: null, bytes: 512 } as const;
  const readings: readonly PeerReading[] = [
    { library: 'ours', truth: truth(true), found: true, refused: null, requests: 1, bytes: 2048 },
    { library: 'ours', truth: truth(false), found: false, refused: null, requests: 2, bytes: 4096 },
    { ...none, truth: truth(true), refused: 'Unknown file format', requests: 3 },
    { ...none, truth: truth(false), refused: 'Unknown file format', requests: 1 },
  ];
  const [, line] = peerTable(readings).split('\n');
  expect(line?.split(/ +/)).toEqual('webp 2 1 1 1.00 2.00 1.50 0 0 3.00 0.50 2.00 1 0 - - - 0'.split(' '));
});
