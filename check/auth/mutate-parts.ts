// Changes to the lists of parameters and headers: what is repeated, left out, moved, renamed or added.

import { encode } from '../../testing/auth/percent';
import { insert, type MutationContext, type Mutator, removeOne, replaceAt } from './mutator';
import type { Draft, Header, Pair } from './wire';

const addedParams: readonly string[] = [
  'exif',
  'exif=',
  'exif=1',
  'exif/style/cos',
  'exif%2Fstyle%2Fcos',
  'EXIF',
  '%65xif',
  'exif/only/Make',
  'exif/thumbnail',
  'imageInfo',
  'imageInfo=1',
  'IMAGEINFO',
  'x-oss-process=image/info',
  'X-OSS-Process=image%2Finfo',
  'x-image-process=image/resize',
  'imageView2/1/w/400',
  'acl',
  'tagging',
  'uploadId=a',
  'ci-process=a',
  'ci-process=ImageAIGCMetadata',
  'versionId=abc',
  'VERSIONID=abc',
  'version%49d=abc',
  'versionId',
  'x-cos-a=1',
  'x-ci-a=1',
  'x-amz-a=1',
  'X-AMZ-A=1',
  'x%2Damz-a=1',
  'x-cos-security-token=abc',
  'X-Amz-Security-Token=abc',
  'x-id=GetObject',
  'response-content-type=a',
  'unrelated=1',
  'b',
  '=',
  '=a',
  '',
  '__proto__=1',
  'constructor',
  'host=images.example.com',
];
const vendorHeaders = [
  'x-amz-meta-z',
  'X-Amz-Z',
  'x-cos-z',
  'X-COS-META-Z',
  'x-ci-z',
  'x-amz-',
  'x-amz-cf-id',
  'x-amz-content-sha256',
];
const addedHeaders: readonly string[] = [
  ...vendorHeaders,
  ...vendorHeaders,
  'x-amz-date',
  'x-amz-security-token',
  'x-cos-security-token',
  'x-amzn-trace-id',
  'x-forwarded-host',
  'x-original-url',
  'x-http-method-override',
  'date',
  'host',
  '__proto__',
  'constructor',
  'user-agent',
  'authorization',
];

type Lists = Readonly<{ of: 'params' | 'headers' }>;

export const partMutators: readonly Mutator[] = [
  ...(['params', 'headers'] as const).flatMap((of) => [
    { name: `repeat one of ${of}`, weight: 4, mutate: repeat({ of }) },
    {
      name: `remove one of ${of}`,
      weight: 3,
      mutate: (draft: Draft, { random }: MutationContext) => removeOne(draft[of], random),
    },
    { name: `move one of ${of}`, weight: 3, mutate: moveOne({ of }) },
    { name: `rename one of ${of}`, weight: 3, mutate: rename({ of }) },
    { name: `value of another in ${of}`, weight: 2, mutate: exchange({ of }) },
    { name: `${of} of another request`, weight: 2, mutate: borrow({ of }) },
  ]),
  { name: 'shuffle', weight: 4, mutate: shuffle },
  { name: 'sort', weight: 2, mutate: (draft) => void draft.params.sort() },
  { name: 'add a parameter', weight: 6, mutate: addParam },
  { name: 'add a header', weight: 6, mutate: addHeader },
  { name: 'empty value', weight: 3, mutate: emptyValue },
  { name: 'case of header names', weight: 2, mutate: headerCase },
  { name: 'split a header', weight: 2, mutate: splitHeader },
  { name: 'host', weight: 4, mutate: changeHost },
  { name: 'between header and query', weight: 2, mutate: hoist },
];

function repeat({ of }: Lists): Mutator['mutate'] {
  return (draft, { random }) => {
    const list: (Pair | Header)[] = draft[of];
    const item = list[random.below(list.length)];
    if (item === undefined) return;
    const [name, value] = item;
    const otherName = random.pick([
      name,
      name,
      name.toUpperCase(),
      name.toLowerCase(),
      `%${hex(name)}${name.slice(1)}`,
    ]);
    insert(list, [otherName, random.pick([value, value, 'a', '', `${value}a`])], random);
  };
}

function hex(text: string): string {
  return (text.charCodeAt(0) || 0x41).toString(16).padStart(2, '0').slice(-2);
}

function moveOne({ of }: Lists): Mutator['mutate'] {
  return (draft, { random }) => {
    const list: (Pair | Header)[] = draft[of];
    const [item] = list.splice(random.below(list.length), 1);
    if (item !== undefined) insert(list, item, random);
  };
}

function rename({ of }: Lists): Mutator['mutate'] {
  return (draft, { random }) => {
    const list: (Pair | Header)[] = draft[of];
    const change = random.pick([
      (name: string) => name.toUpperCase(),
      (name: string) => name.toLowerCase(),
      (name: string) => `${name}${random.pick([' ', '%20', '%00', 'a', '[]', '\t'])}`,
      (name: string) => `${random.pick([' ', '%20', 'x-', '_'])}${name}`,
      (name: string) => name.replaceAll('-', '_'),
      (name: string) => `%${hex(name)}${name.slice(1)}`,
    ]);
    replaceAt(list, random.below(list.length), ([name, value]) => [change(name), value ?? '']);
  };
}

function exchange({ of }: Lists): Mutator['mutate'] {
  return (draft, { random }) => {
    const list: (Pair | Header)[] = draft[of];
    const [a, b] = [random.below(list.length), random.below(list.length)];
    const [valueA, valueB] = [list[a]?.[1] ?? '', list[b]?.[1] ?? ''];
    replaceAt(list, a, ([name]) => [name, valueB]);
    replaceAt(list, b, ([name]) => [name, valueA]);
  };
}

function borrow({ of }: Lists): Mutator['mutate'] {
  return (draft, { random, partner }) => {
    const list: (Pair | Header)[] = draft[of];
    if (random.chance(0.3)) {
      list.splice(0, list.length, ...partner[of]);
      return;
    }
    const item = partner[of][random.below(partner[of].length)];
    if (item === undefined) return;
    const at = list.findIndex(([name]) => name.toLowerCase() === item[0].toLowerCase());
    if (at >= 0) list[at] = item;
    else insert(list, item, random);
  };
}

function shuffle(draft: Draft, { random }: MutationContext): void {
  draft.params = random.shuffled(draft.params);
  if (random.chance(0.5)) draft.headers = random.shuffled(draft.headers);
}

function addParam(draft: Draft, { random }: MutationContext): void {
  const text = random.pick(addedParams);
  const end = text.indexOf('=');
  insert(draft.params, end < 0 ? [text, null] : [text.slice(0, end), text.slice(end + 1)], random);
}

function addHeader(draft: Draft, { random }: MutationContext): void {
  const values = ['a', '', '20260301T000500Z', 'UNSIGNED-PAYLOAD', 'evil.example', 'Basic YTpi', 'DELETE', '/other'];
  insert(draft.headers, [random.pick(addedHeaders), random.pick(values)], random);
}

function emptyValue({ params }: Draft, { random }: MutationContext): void {
  replaceAt(params, random.below(params.length), ([name, value]) => [
    name,
    value === null ? '' : value === '' ? null : '',
  ]);
}

function headerCase(draft: Draft, { random }: MutationContext): void {
  const upper = random.chance(0.5);
  draft.headers = draft.headers.map(([name, value]) => [upper ? name.toUpperCase() : name.toLowerCase(), value]);
}

/** One header as two of its name, which HTTP takes for the same, or two as one. */
function splitHeader({ headers }: Draft, { random }: MutationContext): void {
  const at = random.below(headers.length);
  const [name, value] = headers[at] ?? ['', ''];
  const comma = value.indexOf(',');
  if (comma < 0 || name.toLowerCase() === 'authorization') return;
  headers.splice(at, 1, [name, value.slice(0, comma)], [name, value.slice(comma + 1)]);
}

function changeHost({ headers }: Draft, { random, rules }: MutationContext): void {
  const at = headers.findIndex(([name]) => name.toLowerCase() === 'host');
  const other = random.pick([...rules.hosts, 'evil.example', '']);
  replaceAt(headers, at, ([name, host]) => [
    name,
    random.pick([
      other,
      host.toUpperCase(),
      `${host}:443`,
      `${host}:80`,
      `${host}:`,
      `${host}.`,
      `${host}.:80`,
      `a@${host}`,
      `a.${host}`,
      ` ${host} `,
      `${host},${other}`,
      `${host}/`,
      `http://${host}`,
    ]),
  ]);
}

/** A header as a parameter of its name, or the reverse. */
function hoist({ params, headers }: Draft, { random }: MutationContext): void {
  if (random.chance(0.5)) {
    const [header] = headers.splice(random.below(headers.length), 1);
    if (header !== undefined) insert(params, [header[0], encode(header[1])], random);
  } else {
    const [param] = params.splice(random.below(params.length), 1);
    if (param !== undefined) insert(headers, [param[0], param[1] ?? ''], random);
  }
}
