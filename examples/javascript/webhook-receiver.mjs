// Receives the messages of a webhook sink (docs/sinks.md), checks their signatures, and keeps the newest message of each object.
//
//   export EXIF_SINK_SECRET="whsec_$(openssl rand -base64 32)"
//   node webhook-receiver.mjs 9100
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';

const maxBodyBytes = 1024 * 1024; // the service sends no more
const toleranceSeconds = 300; // an older request may be a copy that somebody sends again

// Whether a request was signed with one of the secrets. `body` is what arrived, byte by byte: JSON that is written again differs.
export function isSigned(headers, body, secrets, now = Date.now()) {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures = '' } = headers;
  if (!(Math.abs(now / 1000 - Number(timestamp)) <= toleranceSeconds)) return false;
  const expected = secrets.map((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    return Buffer.from(`v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')}`);
  });
  const given = signatures.split(' ').map((text) => Buffer.from(text));
  return given.some((one) => expected.some((other) => one.length === other.length && timingSafeEqual(one, other)));
}

// Keeps a message, unless it or a newer one about its object was kept before. Messages may come twice and out of order.
export function keep(objects, message) {
  const name = `${message.bucket}/${message.key}`;
  const kept = objects.get(name);
  if (kept !== undefined && (message.order < kept.order || message.id === kept.id)) return false;
  objects.set(name, message);
  return true;
}

// The body of a request; null when it is too long.
async function bodyOf(request) {
  const parts = [];
  let bytes = 0;
  for await (const part of request) {
    bytes += part.length;
    if (bytes > maxBodyBytes) return null;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

// A server that keeps the messages in a Map. `onKept` is called with each that was newer than what was there.
export function receiver(secrets, objects, onKept) {
  const statusOf = async (request) => {
    const body = await bodyOf(request);
    if (body === null) return 413;
    if (!isSigned(request.headers, body, secrets)) return 401;
    // Keep them first and answer then: after a 2xx they are not sent again.
    for (const message of JSON.parse(body).messages) if (keep(objects, message)) onKept(message);
    return 204;
  };
  return createServer((request, response) => {
    statusOf(request).then(
      (status) => response.writeHead(status, status === 204 ? {} : { Connection: 'close' }).end(),
      () => response.destroy(), // the client has gone
    );
  });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const secrets = (process.env.EXIF_SINK_SECRET ?? '').split(' ').filter((secret) => secret.startsWith('whsec_'));
  if (secrets.length === 0) throw new Error('EXIF_SINK_SECRET must be set, as for the service');
  const print = ({ type, bucket, key, code, record }) =>
    console.log(type, `${bucket}/${key}`, code ?? [record?.make, record?.model].filter(Boolean).join(' '));
  const server = receiver(secrets, new Map(), print);
  server.listen(Number(process.argv[2] ?? 9100), '127.0.0.1', () => {
    console.log(`listening on http://127.0.0.1:${server.address().port}/`);
  });
}
