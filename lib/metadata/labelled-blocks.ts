// The parts of a record that may say that its picture was generated.
import type { Blocks } from '../block/parse';
import type { LabelledBlocks } from './aigc';
import type { MetadataRecord } from './record';

export function labelledBlocks({ exif, blocks, video }: MetadataRecord): LabelledBlocks & Pick<Blocks, 'c2pa'> {
  const ofVideo = video?.aigc == null ? [] : [{ keyword: 'AIGC', text: video.aigc }];
  return { ...blocks, text: [...blocks.text, ...ofVideo], exif: exif.document };
}
