// Requests that are signed correctly with a known key but must be refused: only these reach the checks after the signature. The
// oracle decides which of them are allowed by chance.

import { anyCase, type Random } from '../../testing/random/seeded';
import { type Plan, subResources, toDateText } from './plan';
import type { Rules } from './rules';

type Spoil = (plan: Plan, random: Random, rules: Rules) => void;

const operations = ['exif/style/cos', 'exif', 'imageInfo', 'imageAve', 'imageView2/1/w/400'];

const spoils: Readonly<Record<string, Spoil>> = {
  'host unsigned': ({ headers }) => {
    for (const header of headers) if (header.name === 'host') header.signed = false;
  },
  'host of nobody': (plan, random) => {
    const host = random.pick(['evil.example', 'images.example.com.evil.example', '', 'a@images.example.com', 'a:80']);
    plan.headers = plan.headers.map((header) => (header.name === 'host' ? { ...header, value: host } : header));
  },
  'host in another form': (plan, random) => {
    const forms = (host: string) => [
      `${host}:443`,
      `${host}.`,
      host.toUpperCase(),
      `${host}:`,
      `${host}.:80`,
      `${host}..`,
      `${host}:80.`,
      `${host}:80:80`,
      `${host}:-1`,
      host.replace('.', '%2E'),
    ];
    plan.headers = plan.headers.map((header) =>
      header.name === 'host' ? { ...header, value: random.pick(forms(header.value)) } : header,
    );
  },
  'vendor header unsigned': ({ headers }, random) => {
    const name = random.pick(['x-amz-acl', 'x-cos-acl', 'x-ci-z', 'x-amz-date', 'x-amz-', 'x-amz-cf-id']);
    headers.push({ name, value: 'a', signed: false });
  },
  'token signed': (plan, random) => {
    const token = { name: random.pick(['x-cos-security-token', 'x-amz-security-token']), value: 'a', signed: true };
    (random.chance(0.5) ? plan.headers : (plan.params as Plan['headers'])).push(token);
  },
  'vendor parameter unsigned': ({ params }, random) => {
    const name = random.pick(['x-cos-process', 'X-Ci-a', 'x-amz-b', 'versionId ']);
    params.push({ name, value: 'a', signed: false });
  },
  'operation unsigned': ({ params }) => {
    for (const param of params) if (param.name.startsWith('exif')) param.signed = false;
  },
  'two operations': ({ params }, random) => {
    const name = random.pick(operations);
    params.push({ name: random.chance(0.5) ? name : anyCase(name, random), value: null, signed: random.chance(0.8) });
  },
  'a version': ({ params }, random) => {
    const name = random.pick(['versionId', 'versionId', anyCase('versionId', random)]);
    params.push({ name, value: random.pick(['OLD', '', null]), signed: random.chance(0.8) });
  },
  'a sub-resource': ({ params }, random) => {
    const others = [...subResources, 'x-id', 'x-amz-checksum-mode2', 'response'];
    const added = { name: random.pick(others), value: random.pick([null, '', 'a', 'PutObject', 'getobject']) };
    for (const param of params) if (param.name.startsWith('exif') && random.chance(0.8)) param.signed = false;
    params.push({ ...added, signed: true });
  },
  method: (plan, random) => {
    plan.method = random.pick(['PUT', 'POST', 'DELETE', 'OPTIONS', 'Get', 'get', 'head', 'GET ']);
  },
  'repeated parameter': ({ params }, random) => {
    const param = random.pick(params);
    params.push({ ...param, value: random.pick([param.value, 'a']), signed: random.chance(0.5) });
  },
  'absent header signed': ({ headers }, random) => {
    const name = random.pick(['x-absent', 'constructor', '__proto__', 'x-amz-absent', 'toString', '']);
    headers.push({ name, value: random.pick(['', 'undefined', 'null', String(Object)]), signed: true, absent: true });
  },
  'start at an edge': (plan, random, { now, skew }) => {
    moveWindow(plan, random, wholeSeconds(now) + random.pick([skew, -skew]), random.pick(lifetimes));
  },
  'end at an edge': (plan, random, { now }) => {
    const lifetime = random.pick(lifetimes);
    moveWindow(plan, random, wholeSeconds(now) - lifetime, lifetime);
  },
  'times that differ': (plan, random) => {
    const [start = '', end = ''] = plan.keyTime.split(';');
    plan.signTime = random.pick([`${start};${Number(end) + 1}`, `${Number(start) + 1};${end}`, `${start};${end};`]);
  },
  'form of times': (plan, random) => {
    const [start = '', end = ''] = plan.keyTime.split(';');
    const forms = [
      ` ${start};${end}`,
      `+${start};${end}`,
      `0${start};${end}`,
      `${start};0${end}`,
      `${start}.0;${end}`,
      `${start};1e99`,
      `${start};`,
      `0x1;${end}`,
    ];
    plan.signTime = random.pick([...forms, `${start},${end}`, `${end};${start}`, `${start};${start}`, `-1;${end}`]);
    plan.keyTime = plan.signTime;
    plan.expires = random.pick([
      '0',
      '-1',
      '604801',
      '1e3',
      '900.0',
      '0900',
      '+900',
      ' 900',
      '',
      '0x384',
      '99999999999999999999',
    ]);
  },
  scope: (plan, random) => {
    const [day = '', region = ''] = plan.scope.split('/');
    plan.scope = random.pick([
      `20200101/${region}/s3/aws4_request`,
      `${day}/us-east-1/s3/aws4_request`,
      `${day}/${region}/sts/aws4_request`,
      `${day}/${region}/s3/aws4_reques`,
      `${day}/${region}/s3`,
      `${day}//s3/aws4_request`,
      `${day}/${region}/s3/aws4_request/a`,
    ]);
  },
  algorithm: (plan, random) => {
    plan.algorithm = random.pick(['SHA1', 'sha256', '', 'AWS4-HMAC-SHA1', 'aws4-hmac-sha256', 'AWS4-HMAC-SHA256 ']);
  },
};

/** Spoils a plan in one way, or in two; the answer is the names of the ways. */
export function spoil(plan: Plan, random: Random, rules: Rules): string[] {
  const names = random.shuffled(Object.keys(spoils)).slice(0, random.chance(0.2) ? 2 : 1);
  for (const name of names) spoils[name]?.(plan, random, rules);
  return names.map((name) => `signed with ${name}`);
}

const lifetimes = [1, 900, 604_800];

function wholeSeconds(time: Date): number {
  return Math.floor(time.getTime() / 1000);
}

/** Unix seconds `near`, or one second more or less. */
function moveWindow(plan: Plan, random: Random, near: number, lifetime: number): void {
  const start = near + random.pick([-1, 0, 1]);
  plan.date = toDateText(start);
  plan.expires = String(lifetime);
  plan.scope = plan.scope.replace(/^\d+/, plan.date.slice(0, 8));
  plan.signTime = `${start};${start + lifetime}`;
  plan.keyTime = plan.signTime;
}
