// Files with metadata blocks, cut at every length and with every byte flipped: blocks or a ProblemError about the image, within
// the budget of reads, and of a file that was cut only bytes that the whole file has.
import type { FoundBlock } from '../../../../lib/block/block';
import { defaultLimits } from '../../../../lib/limits';
import { type ProblemCode, ProblemError } from '../../../../lib/problem';
import { box, fullBox } from '../../../../testing/build/bmff';
import { blockUuid, c2paUuid, packetOf } from '../../../../testing/build/box-blocks';
import { concat, latin1, noise } from '../../../../testing/build/bytes';
import { tiny } from '../../../../testing/build/containers';
import { buildHeif, exifItem } from '../../../../testing/build/heif';
import { buildJp2, codestream, jp2c, jp2h } from '../../../../testing/build/jp2';
import { buildJpeg, frameHeader, photoshopSegment, resourceBytes, xmpSegment } from '../../../../testing/build/jpeg';
import { jumbfBox } from '../../../../testing/build/jpeg-blocks';
import { brob, buildJxl, jxlc, codestream as jxlStream, metadata, sizeHeader } from '../../../../testing/build/jxl';
import { buildMini } from '../../../../testing/build/mini';
import { buildCr3, buildRaf, buildRw2 } from '../../../../testing/build/raw';
import { buildTiff, bytesField, short, undefinedField } from '../../../../testing/build/tiff';
import { findIn } from '../../../../testing/compare/found';

const packet = packetOf();
const store = jumbfBox(20);
const iim = latin1('\x1c\x02\x05\0\x03abc');
const resources = concat(resourceBytes({ id: 0x0425, data: noise(16) }), resourceBytes({ id: 0x0404, data: iim }));
const fields = [
  short(0x0100, 3),
  short(0x0101, 2),
  bytesField(700, 1, packet),
  undefinedField(33723, iim),
  bytesField(34377, 1, resources),
  undefinedField(34675, noise(30)),
  undefinedField(0xcd41, store),
];
const colr = box('colr', concat(latin1('prof'), noise(30)));
const auxC = fullBox('auxC', 0, 0, latin1('urn:com:apple:photo:2020:aux:hdrgainmap\0'));
const xmpItem = { id: 3, type: 'mime', contentType: 'application/rdf+xml' } as const;
const heif = (options: object): Uint8Array =>
  buildHeif({
    items: [
      { id: 1, type: 'hvc1', size: [3, 2], properties: [colr, auxC], data: [noise(8)] },
      { id: 2, type: 'Exif', hidden: true, data: [exifItem(tiny)] },
      { ...xmpItem, data: [packet.subarray(0, 30), packet.subarray(30)] },
      { ...xmpItem, id: 4, method: 1, data: [packet] },
      { id: 5, type: 'tmap' },
    ],
    references: [2, 3, 4].map((from) => ({ type: 'cdsc', from, to: [1] })),
    parts: [c2paUuid(store), 'meta', 'mdat', box('mpvd', noise(20))],
    iloc: 1,
    ...options,
  });
const jpeg = buildJpeg([xmpSegment('<x:xmpmeta/>'), photoshopSegment([{ id: 0x0404, data: iim }]), frameHeader(3, 2)]);
const jxlImage = jxlc(jxlStream([...sizeHeader(3, 2), ...metadata()]));
const profile = box('colr', concat(Uint8Array.of(2, 0, 0), noise(30)));
const jp2Boxes = [blockUuid('xmp', packet), blockUuid('iptc', iim), blockUuid('photoshop', resources), store];

const files: Readonly<Record<string, Uint8Array>> = {
  TIFF: buildTiff({ fields }),
  'big-endian BigTIFF': buildTiff({ fields }, { big: true, littleEndian: false, place: 'values-last' }),
  HEIF: heif({}),
  'HEIF with long fields': heif({ iloc: 2, iinf: 1, infe: 3, iref: 1, ipma: { version: 1, wide: true } }),
  'HEIF with mini': buildMini({ width: 3, height: 2, xmp: packet, icc: true, hdr: true, gainMap: true, alpha: true }),
  'JPEG XL': buildJxl(store, jxlImage, box('jhgm', noise(9)), brob('xml ', packet), box('xml ', packet)),
  'JPEG 2000': buildJp2(box('jp2h', concat(jp2h(3, 2).subarray(8), profile)), ...jp2Boxes, jp2c(codestream(3, 2))),
  CR3: concat(buildCr3([['CMT1', tiny]]), blockUuid('xmp', packet), c2paUuid(store)),
  RAF: buildRaf(jpeg),
  RW2: buildRw2([], jpeg),
  SVG: latin1(
    `<svg width="3"><metadata>${String.fromCharCode(...packet)}<c:manifest>AAAA</c:manifest></metadata></svg>`,
  ),
};

/** A first read that has little, so that later reads are tried, too. */
const firstReads = [48, defaultLimits.firstRead];
const blamesTheImage: readonly ProblemCode[] = [
  'NotAnImage',
  'DamagedImage',
  'BudgetExceeded',
  'SideTooLong',
  'TooManyPixels',
];

async function find(bytes: Uint8Array): Promise<readonly FoundBlock[]> {
  const found: FoundBlock[] = [];
  for (const firstRead of firstReads) {
    const result = await findIn(bytes, { firstRead }).catch((error: unknown) => {
      if (error instanceof ProblemError && blamesTheImage.includes(error.code)) return null;
      throw error;
    });
    if (result !== null) found.push(...result.blocks);
    if (result !== null && result.before + result.requests > defaultLimits.requests) throw new Error('over the budget');
  }
  return found;
}

const bytesOf = (block: FoundBlock): Buffer => Buffer.from('bytes' in block ? block.bytes : []);

describe.each(Object.entries(files))('%s', (_name, file) => {
  test('whole', async () => {
    expect((await find(file)).length).toBeGreaterThan(1);
  });

  test('cut at every length', async () => {
    const whole = await find(file);
    for (let length = 1; length < file.length; length++) {
      for (const block of await find(file.slice(0, length))) {
        const bytes = bytesOf(block);
        const isKnown = whole.some(
          (one) => one.kind === block.kind && bytesOf(one).subarray(0, bytes.length).equals(bytes),
        );
        if (!isKnown) throw new Error(`cut at ${length}: ${block.kind}`);
      }
    }
  });

  test.each([0xff, 0x01])('each byte xor %i', async (mask) => {
    for (let at = 0; at < file.length; at++) {
      const flipped = file.slice();
      flipped[at] = (flipped[at] ?? 0) ^ mask;
      await find(flipped).catch((error: unknown) => {
        throw new Error(`byte ${at} flipped`, { cause: error });
      });
    }
  });
});
