// Canon CR3: the box format of ISO/IEC 14496-12 with EXIF in a box of Canon, where each IFD is a separate TIFF stream.
//
//   ftyp "crx "   moov: uuid 85c0b687-...: CMT1 IFD0, CMT2 Exif IFD, CMT3 maker note, CMT4 GPS IFD
import { hasAt } from '../bytes/cursor';
import { type HeldBytes, parseHeld } from '../bytes/held';
import { memoryReader } from '../bytes/reader';
import { maxBoxBytes, maxExifBlocks } from '../limits';
import { ProblemError } from '../problem';
import { leadsToIfd0 } from '../tiff/header';
import type { Container, IfdPath, LocateResult, TiffStream } from '../types';
import { type Box, boxesIn, boxesOf } from './bmff';
import { noShape } from './image-shape';
import { documentShape } from './tiff';

const canonUuid = '\x85\xc0\xb6\x87\x82\x0f\x11\xe0\x81\x11\xf4\xce\x46\x2b\x6a\x48';
/** Canon's boxes that contain an IFD of EXIF. */
const roots: ReadonlyMap<string, IfdPath> = new Map([
  ['CMT1', 'IFD0'],
  ['CMT2', 'Exif'],
  ['CMT4', 'GPS'],
]);

export const cr3: Container = {
  name: 'cr3',
  matches: (head) => hasAt(head, 4, 'ftypcrx '),
  locate: (reader) => parseHeld(reader, locate),
  shapeOf: documentShape,
};

function locate(file: HeldBytes): LocateResult {
  const streams = findStreams(moovOf(file));
  return { shape: noShape, exif: streams.length === 0 ? null : { streams } };
}

/** The content of the `moov` box. Throws ProblemError `DamagedImage` when there is none. */
export function moovOf(file: HeldBytes): Uint8Array {
  for (const box of boxesOf(file)) {
    if (box.type === 'moov') return file.upTo(box.offset, Math.min(box.end - box.offset, maxBoxBytes));
  }
  throw new ProblemError('DamagedImage', 'Cannot find the moov box of a CR3 file');
}

/** The boxes in Canon's `uuid` boxes. */
export function* canonBoxes(moov: Uint8Array): Generator<Box> {
  for (const canon of boxesIn(moov, 0, moov.length)) {
    if (canon.type === 'uuid' && hasAt(moov, canon.offset, canonUuid))
      yield* boxesIn(moov, canon.offset + 16, canon.end);
  }
}

/** For each IFD the first box that can be read, then the boxes that cannot be read: they become warnings. */
function findStreams(moov: Uint8Array): TiffStream[] {
  const streams = new Map<IfdPath, TiffStream>();
  const broken: TiffStream[] = [];
  for (const { type, offset, end } of canonBoxes(moov)) {
    const root = roots.get(type);
    if (root === undefined || streams.has(root)) continue;
    const bytes = moov.subarray(offset, end);
    const stream = { reader: memoryReader(bytes), root };
    if (leadsToIfd0(bytes)) streams.set(root, stream);
    else if (broken.length < maxExifBlocks) broken.push(stream);
  }
  return [...streams.values(), ...broken];
}
