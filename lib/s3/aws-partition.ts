// The partitions of AWS: each has its own domain and its own names of buckets.

/** `name`: as in ARNs. `domain`: that of the endpoints. */
export type AwsPartition = Readonly<{ name: string; domain: string }>;

/**
 * The partition of a region by the start of its name [AWS General Reference, partitions]; for any other region the commercial
 * partition.
 */
export function awsPartition(region: string): AwsPartition {
  return partitions.find(({ start }) => region.startsWith(start)) ?? commercial;
}

const commercial: AwsPartition = { name: 'aws', domain: 'amazonaws.com' };

const partitions: readonly (AwsPartition & Readonly<{ start: string }>)[] = [
  { start: 'cn-', name: 'aws-cn', domain: 'amazonaws.com.cn' },
  { start: 'us-gov-', name: 'aws-us-gov', domain: 'amazonaws.com' },
  { start: 'eusc-', name: 'aws-eusc', domain: 'amazonaws.eu' },
  { start: 'us-iso-', name: 'aws-iso', domain: 'c2s.ic.gov' },
  { start: 'us-isob-', name: 'aws-iso-b', domain: 'sc2s.sgov.gov' },
  { start: 'eu-isoe-', name: 'aws-iso-e', domain: 'cloud.adc-e.uk' },
  { start: 'us-isof-', name: 'aws-iso-f', domain: 'csp.hci.ic.gov' },
];
