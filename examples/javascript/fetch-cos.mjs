// The EXIF of one object with fetch, signed by the SDK of Tencent COS.
//
//   npm install cos-nodejs-sdk-v5
//   export KEY_ID=gallery KEY_SECRET=9f2c4be1d07a3586c4f1b02e7d9a6853e1c07b42
//   node fetch-cos.mjs http://127.0.0.1:9000 'holiday/Zürich 1+1.jpg' exif/style/flat
import COS from 'cos-nodejs-sdk-v5';

const [origin, key, view = 'exif'] = process.argv.slice(2);
const { protocol, host } = new URL(origin);
const cos = new COS({ SecretId: process.env.KEY_ID, SecretKey: process.env.KEY_SECRET, Protocol: protocol });

// `Domain` is the host name of this service. The SDK requires `Bucket` and `Region`, but does not send them then.
const place = { Bucket: 'photos-1250000000', Region: 'ap-guangzhou', Domain: host };
const url = await new Promise((resolve, reject) => {
  cos.getObjectUrl({ ...place, Key: key, Query: { [view]: '' }, Sign: true, Expires: 900 }, (error, data) =>
    error ? reject(error) : resolve(data.Url),
  );
});

const reply = await fetch(url);
if (!reply.ok) throw new Error(`${reply.status}: ${await reply.text()}`);
console.log(JSON.stringify(await reply.json(), null, 2));
