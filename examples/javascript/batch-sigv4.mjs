// The EXIF of many objects in one request, signed with AWS Signature Version 4 in the header. The service needs EXIF_BATCH=1;
// `npm start` has it.
//
//   npm install aws4
//   export KEY_ID=gallery KEY_SECRET=9f2c4be1d07a3586c4f1b02e7d9a6853e1c07b42
//   node batch-sigv4.mjs http://127.0.0.1:9000 exif/style/flat 'holiday/Zürich 1+1.jpg' b.jpg
import { createHash } from 'node:crypto';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import aws4 from 'aws4';

// One object for each of up to 100 keys, in their order, as it arrives: { key, status, exif } or { key, status, code, .. }.
export async function* exifOf(origin, view, keys) {
  const body = JSON.stringify({ keys, view });
  const headers = {
    'Content-Type': 'application/json',
    // The signature covers the body by this hash.
    'X-Amz-Content-Sha256': createHash('sha256').update(body).digest('hex'),
  };
  const request = { service: 's3', region: process.env.REGION ?? 'us-east-1', method: 'POST', path: '/-/batch' };
  const credentials = { accessKeyId: process.env.KEY_ID, secretAccessKey: process.env.KEY_SECRET };
  const signed = aws4.sign({ ...request, host: new URL(origin).host, headers, body }, credentials);
  const reply = await fetch(`${origin}/-/batch`, { method: 'POST', headers: signed.headers, body });
  if (!reply.ok) throw new Error(`${reply.status}: ${await reply.text()}`);
  // Functions answer with one JSON array instead of lines.
  if (reply.headers.get('content-type') === 'application/json') return yield* await reply.json();
  for await (const line of createInterface({ input: Readable.fromWeb(reply.body) })) yield JSON.parse(line);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [origin, view, ...keys] = process.argv.slice(2);
  for await (const object of exifOf(origin, view, keys)) console.log(JSON.stringify(object));
}
