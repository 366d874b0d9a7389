// The images that fuzzing begins with, in addition to the fixtures of the tests.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { containers } from '../../lib/container';
import { exifTags, GpsTag, imageTags } from '../../lib/tag/ids';
import { concat, latin1, utf16 } from '../../testing/build/bytes';
import {
  ascii,
  buildTiff,
  bytesField,
  type Field,
  floats,
  type Ifd,
  integers,
  pointer,
  rational,
  rationals,
  short,
  undefinedField,
} from '../../testing/build/tiff';

/** The images of samples/ below `root` that are short enough, by the name of their container. */
export function sampleImages(root: string): ReadonlyMap<string, readonly Uint8Array[]> {
  const found = new Map<string, Uint8Array[]>();
  for (const entry of readdirSync(join(root, 'samples'), { recursive: true, encoding: 'utf8' }).sort()) {
    if (!/\.(jpg|png|tif)$/.test(entry)) continue;
    const bytes = new Uint8Array(readFileSync(join(root, 'samples', entry)));
    const name = containers.find((container) => container.matches(bytes))?.name;
    if (name === undefined || bytes.length > 16 * 1024) continue;
    found.set(name, [...(found.get(name) ?? []), bytes]);
  }
  return found;
}

/** TIFF streams with every tag that has a name, in plausible and in odd types: what the styles have code for. */
export function richTiffs(): readonly Uint8Array[] {
  const shots: Ifd = { fields: [...photoFields(), pointer(0x8769, [{ fields: exifFields() }])] };
  const place: Ifd = { fields: [pointer(0x8825, [{ fields: gpsFields() }]), ...photoFields()] };
  return [
    ...[shots, place].flatMap((ifd) => [buildTiff(ifd), buildTiff(ifd, { littleEndian: false, place: 'values-last' })]),
    ...everyTag(imageTags, (fields) => ({ fields })),
    ...everyTag(exifTags, (fields) => ({ fields: [pointer(0x8769, [{ fields }])] })),
    ...everyTag(GpsTag, (fields) => ({ fields: [pointer(0x8825, [{ fields }])] })),
  ];
}

/** All tags of a table, once as SHORT, once as RATIONAL and once as text, some dozens in one stream. */
function everyTag(table: Readonly<Record<string, number>>, inside: (fields: Field[]) => Ifd): readonly Uint8Array[] {
  const makers: readonly ((tag: number) => Field)[] = [
    (tag) => short(tag, tag % 7),
    (tag) => rational(tag, [tag % 100, 10]),
    (tag) => ascii(tag, String(tag % 10)),
    (tag) => undefinedField(tag, [tag % 9, 1, 0, 3]),
  ];
  const tags = [...Object.values(table)].filter((tag) => tag !== 0x8769 && tag !== 0x8825 && tag !== 0x014a);
  const parts: number[][] = [];
  for (let at = 0; at < tags.length; at += 60) parts.push(tags.slice(at, at + 60));
  return parts.flatMap((part) => makers.map((make) => buildTiff(inside(part.map(make)))));
}

function photoFields(): Field[] {
  return [
    ascii(0x010f, 'Example'),
    ascii(0x0110, 'Model 1'),
    short(0x0112, 6),
    rational(0x011a, [72, 1]),
    rational(0x011b, [72, 1]),
    short(0x0128, 2),
    ascii(0x0132, '2024:01:02 03:04:05'),
    bytesField(0x9c9b, 1, utf16('Title\0', true)),
  ];
}

function exifFields(): Field[] {
  return [
    rational(0x829a, [1, 50]),
    rational(0x829d, [28, 10]),
    short(0x8822, 2),
    short(0x8827, 100),
    undefinedField(0x9000, latin1('0232')),
    ascii(0x9003, '2024:01:02 03:04:05'),
    ascii(0x9004, '2024:01:02 03:04:05'),
    ascii(0x9010, '+02:00'),
    ascii(0x9011, '-05:30'),
    ascii(0x9291, '123'),
    undefinedField(0x9101, [1, 2, 3, 0]),
    rationals(0x9201, 10, [5643, 1000]),
    rational(0x9202, [297, 100]),
    rationals(0x9204, 10, [-1, 3]),
    short(0x9207, 5),
    short(0x9209, 0x19),
    rational(0x920a, [50, 1]),
    undefinedField(0x9286, concat(latin1('UNICODE\0'), utf16('Hé', true))),
    short(0xa001, 1),
    short(0xa002, 4000),
    short(0xa003, 3000),
    undefinedField(0xa301, [1]),
    short(0xa405, 75),
    rational(0xa432, [24, 1], [70, 1], [28, 10], [28, 10]),
    floats(0xa460, 11, 1.5),
  ];
}

function gpsFields(): Field[] {
  return [
    bytesField(0x0000, 1, [2, 3, 0, 0]),
    ascii(0x0001, 'N'),
    rational(0x0002, [52, 1], [30, 1], [5861, 100]),
    ascii(0x0003, 'W'),
    rational(0x0004, [13, 1], [20, 1], [0, 1]),
    bytesField(0x0005, 1, [1]),
    rational(0x0006, [123, 10]),
    rational(0x0007, [12, 1], [34, 1], [56, 1]),
    ascii(0x000c, 'K'),
    rational(0x000d, [50, 1]),
    ascii(0x0010, 'T'),
    rational(0x0011, [900, 10]),
    undefinedField(0x001b, latin1('ASCII\0\0\0GPS')),
    ascii(0x001d, '2024:01:02'),
    integers(0x001e, 3, 0),
    rational(0x001f, [5, 1]),
  ];
}
