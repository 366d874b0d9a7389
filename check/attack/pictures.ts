// Makes the images that the attacks request, in a new folder.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { noise } from '../../testing/build/bytes';
import { buildJpeg, exifSegment, frameHeader } from '../../testing/build/jpeg';
import { thumbnailTiff } from '../../testing/build/thumbnail';
import { ascii, buildTiff, long } from '../../testing/build/tiff';

/** Tags of text that the style `typed` shows. */
const textTags = [0x010d, 0x010e, 0x010f, 0x0110, 0x0131, 0x013b, 0x8298];

/** For this image the answer to `?exif` is small. */
export const plainName = 'plain.jpg';
/** For this image the answer to `?exif/style/typed` has 430 KB. */
export const longName = 'long.tif';
/** For this image `?exif/thumbnail/orient` turns the largest allowed thumbnail. */
export const turnedName = 'turned.tif';

/** A JPEG with a tag. */
export function plainImage(): Uint8Array {
  return buildJpeg([exifSegment(buildTiff({ fields: [ascii(0x010f, 'Example')] })), frameHeader(640, 480)], 4_000);
}

/** Writes the images into a new folder below that of the system for temporary files. */
export async function makePictures(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'bucket-exif-attack-'));
  writeFileSync(join(folder, plainName), plainImage());
  const size = [long(0x0100, 640), long(0x0101, 480)];
  const texts = textTags.map((tag) => ascii(tag, 'x'.repeat(61_000)));
  writeFileSync(join(folder, longName), buildTiff({ fields: [...size, ...texts] }));
  writeFileSync(join(folder, turnedName), thumbnailTiff(await largeThumbnail(), { own: 6 }));
  return folder;
}

/** 2,048 x 2,048 pixels in less than 512 KiB: the largest allowed numbers of both. */
async function largeThumbnail(): Promise<Uint8Array> {
  const [side, grain] = [2_048, 128];
  const raw = { width: grain, height: grain, channels: 3 as const };
  const image = sharp(noise(grain * grain * 3), { raw }).resize(side, side, { kernel: 'cubic' });
  return Uint8Array.from(await image.jpeg({ quality: 50 }).toBuffer());
}
