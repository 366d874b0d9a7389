// npx cdk deploy --app 'npx tsx app.ts'       (npm install aws-cdk aws-cdk-lib constructs tsx)
import { App, Stack } from 'aws-cdk-lib';
import { BucketExif } from './bucket-exif';

const stack = new Stack(new App(), 'bucket-exif');
new BucketExif(stack, 'Exif', {
  bucket: 'photos',
  zip: '../../.serverless/bucket-exif.zip',
  cacheBucket: 'photos-exif',
});
