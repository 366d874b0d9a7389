import { parseLocation, regionOf, storeHosts } from '../../../lib/bucket';

test.each([
  ['./photos', null, '', []],
  [
    'cos://photos-1250000000?region=ap-guangzhou',
    null,
    'ap-guangzhou',
    [
      'photos-1250000000.cos.ap-guangzhou.myqcloud.com',
      'photos-1250000000.cos.accelerate.myqcloud.com',
      'photos-1250000000.ci.ap-guangzhou.myqcloud.com',
      'photos-1250000000.pic.ap-guangzhou.myqcloud.com',
    ],
  ],
  [
    's3://photos',
    'eu-west-1',
    'eu-west-1',
    ['photos.s3.eu-west-1.amazonaws.com', 'photos.s3.dualstack.eu-west-1.amazonaws.com', 'photos.s3.amazonaws.com'],
  ],
  [
    's3://photos?region=cn-north-1',
    'eu-west-1',
    'cn-north-1',
    [
      'photos.s3.cn-north-1.amazonaws.com.cn',
      'photos.s3.dualstack.cn-north-1.amazonaws.com.cn',
      'photos.s3.amazonaws.com.cn',
    ],
  ],
  ['s3://photos?endpoint=http://store.example:9000', null, '', []],
  ['s3://photos?endpoint=http://store.example:9000&style=virtual', null, '', ['photos.store.example']],
])('%s in %s', (text, fallback, region, hosts) => {
  const location = parseLocation(text);
  expect(regionOf(location, fallback)).toBe(region);
  expect(storeHosts(location, region)).toEqual(hosts);
});
