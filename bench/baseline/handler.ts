// The function that most people write for this job, to measure ours against: the SDK fetches the whole object, sharp
// looks at the image, exifr reads the tags. Never deployed.
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import exifr from 'exifr';
import sharp from 'sharp';

type Event = Readonly<{ rawPath: string }>;
type Reply = Readonly<{ statusCode: number; headers: Readonly<Record<string, string>>; body: string }>;

const s3 = new S3Client({ region: 'us-east-1' });
const bucket = 'photos';

/** Lambda behind a Function URL. */
export async function handler(event: Event): Promise<Reply> {
  const key = decodeURIComponent(event.rawPath.slice(1));
  const object = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  const bytes = Buffer.from((await object.Body?.transformToByteArray()) ?? []);
  const { width, height, format } = await sharp(bytes).metadata();
  const exif: unknown = await exifr.parse(bytes, true);
  const headers = { 'content-type': 'application/json' };
  return { statusCode: 200, headers, body: JSON.stringify({ width, height, format, exif }) };
}
