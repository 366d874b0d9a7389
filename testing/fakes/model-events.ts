// Records of events as S3, Ceph and COS write them, for the changes of a model bucket.
import type { Random } from '../random/seeded';

export type Fields = Record<string, unknown>;

/** `event` is the name of the change without the store's prefix, `ObjectCreated:Put`. */
export type Change = Readonly<{ name: string; key: string; event: string }>;

export type S3Change = Change &
  Readonly<{ source: 'aws:s3' | 'ceph:s3'; ms: number; sequencer: string; versionId: string }>;

/** A record of an S3 notification. */
export function s3Change({ name, key, event, source, ms, sequencer, versionId }: S3Change): Fields {
  const encoded = encodeURIComponent(key).replaceAll('%2F', '/').replaceAll('%20', '+');
  return {
    eventVersion: '2.1',
    eventSource: source,
    awsRegion: 'us-east-1',
    eventTime: new Date(ms).toISOString(),
    eventName: source === 'ceph:s3' ? `s3:${event}` : event,
    s3: {
      bucket: { name },
      object: {
        key: source === 'ceph:s3' ? key : encoded,
        sequencer: source === 'ceph:s3' ? [...sequencer].reverse().join('') : sequencer,
        ...(versionId === '' ? {} : { versionId }),
      },
    },
  };
}

/** A record of COS. */
export function cosChange({ name, key, event }: Change): Fields {
  const [, bucket = '', appid = ''] = /^(.*)-(\d+)$/.exec(name) ?? [];
  const path = key.split('/').map(encodeURIComponent).join('/');
  return {
    cos: {
      cosSchemaVersion: '1.0',
      cosObject: {
        url: `http://${name}.cos.ap-guangzhou.myqcloud.com/${path}`,
        key: `/${appid}/${bucket}/${key}`,
        meta: { 'x-cos-request-id': '' },
        vid: '',
      },
      cosBucket: { region: 'gz', name: bucket, appid },
    },
    event: { eventName: `cos:${event.replace('ObjectRemoved', 'ObjectRemove')}`, eventSource: 'qcs::cos' },
  };
}

/** An event of EventBridge with the same content as the record of a notification. */
export function bridged(record: Fields, id: string): Fields {
  const { eventTime, eventName, s3 } = record as {
    eventTime: string;
    eventName: string;
    s3: { bucket: Fields; object: { key: string; sequencer: string; versionId?: string } };
  };
  const { key, sequencer, versionId } = s3.object;
  const removed = eventName.startsWith('ObjectRemoved');
  const deletion = eventName.endsWith('DeleteMarkerCreated') ? 'Delete Marker Created' : 'Permanently Deleted';
  return {
    version: '0',
    id,
    'detail-type': removed ? 'Object Deleted' : 'Object Created',
    source: 'aws.s3',
    time: eventTime.replace(/\.\d+Z$/, 'Z'),
    detail: {
      bucket: s3.bucket,
      object: {
        key: decodeURIComponent(key.replaceAll('+', ' ')),
        sequencer,
        ...(versionId === undefined ? {} : { 'version-id': versionId }),
      },
      ...(removed ? { 'deletion-type': deletion } : {}),
    },
  };
}

/** An event of SQS with messages of these `bodies`. */
export function queued(bodies: readonly Fields[]): Fields {
  return {
    Records: bodies.map((body, at) => ({
      messageId: `m${at}`,
      body: JSON.stringify(body),
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:us-east-1:123456789012:uploads',
    })),
  };
}

/**
 * A sequencer after `last`: greater after the shorter one is padded on the right with zeros. It may have any length and case.
 */
export function nextSequencer(last: string, random: Random): string {
  const longer = last.length < 20 && random.chance(0.4);
  const grown = longer
    ? `${last}${'0'.repeat(random.below(2))}${(1 + random.below(15)).toString(16)}`
    : (BigInt(`0x${last.slice(0, 16).padEnd(16, '0')}`) + 1n + BigInt(random.below(300)))
        .toString(16)
        .padStart(16, '0');
  const text = random.chance(0.3) ? grown.replace(/0+$/, '').padEnd(14, '0') : grown;
  return random.chance(0.5) ? text.toUpperCase() : text.toLowerCase();
}
