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
      'photos-1250000000.cos-internal.ap-guangzhou.myqcloud.com',
      'photos-1250000000.cos-internal.accelerate.myqcloud.com',
      'photos-1250000000.ci.ap-guangzhou.myqcloud.com',
      'photos-1250000000.pic.ap-guangzhou.myqcloud.com',
      'photos-1250000000.cos.ap-guangzhou.tencentcos.cn',
      'photos-1250000000.cos.accelerate.tencentcos.cn',
      'photos-1250000000.cos-internal.ap-guangzhou.tencentcos.cn',
      'photos-1250000000.cos-internal.accelerate.tencentcos.cn',
      'photos-1250000000.ci.ap-guangzhou.tencentcos.cn',
      'photos-1250000000.pic.ap-guangzhou.tencentcos.cn',
      'photos-1250000000.picgz.myqcloud.com',
    ],
  ],
  [
    's3://photos',
    'eu-west-1',
    'eu-west-1',
    [
      'photos.s3.eu-west-1.amazonaws.com',
      'photos.s3.dualstack.eu-west-1.amazonaws.com',
      'photos.s3-fips.eu-west-1.amazonaws.com',
      'photos.s3-fips.dualstack.eu-west-1.amazonaws.com',
      'photos.s3-eu-west-1.amazonaws.com',
      'photos.s3.amazonaws.com',
      'photos.s3-accelerate.amazonaws.com',
      'photos.s3-accelerate.dualstack.amazonaws.com',
    ],
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
  [
    's3://photos?region=us-gov-west-1',
    null,
    'us-gov-west-1',
    [
      'photos.s3.us-gov-west-1.amazonaws.com',
      'photos.s3.dualstack.us-gov-west-1.amazonaws.com',
      'photos.s3-fips.us-gov-west-1.amazonaws.com',
      'photos.s3-fips.dualstack.us-gov-west-1.amazonaws.com',
    ],
  ],
  ['s3://photos?endpoint=http://store.example:9000', null, '', []],
  ['s3://photos?endpoint=http://store.example:9000&style=virtual', null, '', ['photos.store.example']],
])('%s in %s', (text, fallback, region, hosts) => {
  const location = parseLocation(text);
  expect(regionOf(location, fallback)).toBe(region);
  expect(storeHosts(location, region)).toEqual(hosts);
});

test('no two buckets share a name, in any partition and region', () => {
  const buckets = ['photos', 'photos.s3', 's3.s3', 'dualstack', 'photos.s3-fips', 'photos.s3.eu-west-1', 'eu-west-1'];
  const regions = ['us-east-1', 'eu-west-1', 'cn-north-1', 'us-gov-west-1', 'eusc-de-east-1', 'us-iso-east-1'];
  const cos = ['photos-1250000000', 'cos-1250000000', 'pic-1250000000'];
  const owners = new Map<string, string>();
  const add = (text: string, region: string, owner: string): void => {
    for (const host of storeHosts(parseLocation(text), region)) {
      expect([host, owners.get(host) ?? owner]).toEqual([host, owner]);
      owners.set(host, owner);
    }
  };
  for (const bucket of buckets) {
    // Names of buckets are unique within a partition: two regions of one share the names without a region.
    for (const region of regions) add(`s3://${bucket}?region=${region}`, region, `${bucket} ${partition(region)}`);
  }
  for (const bucket of cos) {
    for (const region of ['ap-guangzhou', 'ap-beijing', 'ap-beijing-1', 'na-toronto']) {
      add(`cos://${bucket}?region=${region}`, region, bucket);
    }
  }
  expect(owners.size).toBeGreaterThan(200);

  function partition(region: string): string {
    return /^(cn|us-gov|eusc|us-iso)-/.exec(region)?.[1] ?? 'aws';
  }
});
