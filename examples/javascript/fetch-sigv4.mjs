// The EXIF of one object with fetch, signed with AWS Signature Version 4 in the URL.
//
//   npm install aws4
//   export KEY_ID=gallery KEY_SECRET=9f2c4be1d07a3586c4f1b02e7d9a6853e1c07b42
//   node fetch-sigv4.mjs http://127.0.0.1:9000 'holiday/Zürich 1+1.jpg' exif/style/flat
import { pathToFileURL } from 'node:url';
import aws4 from 'aws4';

// A URL that is valid for 15 minutes. Everybody who has it can use it: give it to a browser, never the secret.
export function signedUrl(origin, key, view) {
  const { host } = new URL(origin);
  const path = `/${key.split('/').map(encode).join('/')}?${encode(view)}=&X-Amz-Expires=900`;
  const request = { service: 's3', region: process.env.REGION ?? 'us-east-1', host, path, signQuery: true };
  const credentials = { accessKeyId: process.env.KEY_ID, secretAccessKey: process.env.KEY_SECRET };
  return origin + aws4.sign(request, credentials).path;
}

// encodeURIComponent leaves !'()* as they are, but Signature Version 4 encodes them, too.
function encode(text) {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [origin, key, view = 'exif'] = process.argv.slice(2);
  const reply = await fetch(signedUrl(origin, key, view));
  if (!reply.ok) throw new Error(`${reply.status}: ${await reply.text()}`);
  console.log(JSON.stringify(await reply.json(), null, 2));
}
