// Small videos of every format, in different layouts. damage.stress.ts cuts and flips them all; fuzzing starts from them.
import { chunk, list, smallAvi } from './avi';
import { box, ftyp } from './bmff';
import { concat, latin1, utf8 } from './bytes';
import { smallWebm } from './matroska';
import * as mp4 from './video';

const texts = concat(
  mp4.userText('©xyz', '+1.5+2.5/'),
  mp4.loci(1, 2, 3),
  mp4.itemMeta([['©nam', 'T']]),
  box('XMP_', utf8('<x/>')),
);
const keys = mp4.keysMeta([
  ['com.apple.quicktime.make', 'Apple'],
  ['n', Uint8Array.of(1), 21],
]);
const sound = mp4.trak({
  handler: 'soun',
  table: mp4.stbl({ entry: mp4.audioEntry('mp4a', 2, 48_000, mp4.esds(0x40, Uint8Array.of(0x11, 0x88))) }),
  more: [mp4.edts([[2_000, 1_024]])],
});
const fragmented = concat(ftyp('iso6'), mp4.fragmentedMoov());
const lastFragment = mp4.moof({ samples: 2, ticks: [3, 4], start: 9 });

export const smallVideos: Readonly<Record<string, Uint8Array>> = {
  'moov first': mp4.buildMp4('isom', mp4.smallMoov(box('udta', texts), keys), mp4.xmpUuid('<x/>'), mp4.media(20)),
  'moov last': mp4.buildMp4(
    'qt  ',
    mp4.c2paUuid(box('jumb', latin1('abc'))),
    mp4.media(20),
    mp4.smallMoov(sound, keys),
  ),
  fragments: concat(fragmented, lastFragment, mp4.mfra(1, [[5, fragmented.length]])),
  'an index of fragments': concat(fragmented, mp4.sidx(10, [5, 6]), mp4.moof({ samples: 1 })),
  avi: smallAvi(list('INFO', chunk('ISFT', latin1('an app'))), chunk('_PMX', utf8('<x/>'))),
  webm: smallWebm(),
};
