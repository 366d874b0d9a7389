// The usual function for this job, to compare ours with: the SDK fetches the whole object, sharp reads its size, exifr reads
// the tags. Never deployed.
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { tell } from './usual-answer';

type Event = Readonly<{ rawPath: string }>;
type Reply = Readonly<{ statusCode: number; headers: Readonly<Record<string, string>>; body: string }>;

const s3 = new S3Client({});

/** A Lambda function with a Function URL. BUCKET names the bucket; the SDK finds region, keys and endpoint. */
export async function handler(event: Event): Promise<Reply> {
  const key = decodeURIComponent(event.rawPath.slice(1));
  const object = await s3.send(new GetObjectCommand({ Bucket: process.env['BUCKET'], Key: key }));
  const bytes = Buffer.from((await object.Body?.transformToByteArray()) ?? []);
  return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: await tell(bytes) };
}
