// Options of ExifTool in the command line.
import { exifToolAdvice } from '../../../bin/cli/exiftool-options';
import { readCommand } from '../../../bin/cli/options';

test.each([
  [['-json', 'a.jpg'], "ExifTool's -json is --json"],
  [
    ['-j', '-r', 'photos'],
    "ExifTool's -j is --json; ExifTool's -r is not needed: folders are always read with their subfolders",
  ],
  [['-csv', 'a.jpg'], "ExifTool's -csv is --csv"],
  [['-T', 'a.jpg'], "ExifTool's -T is --tsv"],
  [['-Make', 'a.jpg'], "ExifTool's -Make is --only Make"],
  [['-make', '-EXIF:Model', '-ISO#', 'a.jpg'], 'A list of tags is --only Make,Model,ISOSpeedRatings'],
  [['-DateTimeOriginal', '-CreateDate'], 'A list of tags is --only DateTimeOriginal,DateTimeDigitized'],
  [['-G1', 'a.jpg'], "ExifTool's -G1 is --style typed, which groups tags by their IFD"],
  [['-n', 'a.jpg'], "ExifTool's -n is not needed: the style flat has numbers; --style readable has texts for people"],
  [['-n', '--metadata', 'a.jpg'], "ExifTool's -n is not needed: --metadata has numbers"],
  [
    ['--metadata', '-Make', 'a.jpg'],
    "ExifTool's -Make is --only with members of --metadata, such as title,takenAt: see docs/metadata.md",
  ],
  [['-ext', 'jpg', 'photos'], "ExifTool's -ext is a pattern in quotes: 'photos/**/*.jpg'"],
  [['-Artist=me', 'a.jpg'], 'bucket-exif only reads: it cannot change tags'],
  [
    ['-fast2', '-a', '-s'],
    /^ExifTool's -fast2 is not needed.*; ExifTool's -a is --style typed.*; ExifTool's -s is not needed/,
  ],
] as [string[], string | RegExp][])('%j is explained', (args, expected) => {
  expect(exifToolAdvice(args)).toEqual(expected instanceof RegExp ? expect.stringMatching(expected) : expected);
  expect(() => readCommand(args, false)).toThrow(exifToolAdvice(args) ?? 'no advice');
});

test.each([[['-h']], [['--json', 'a.jpg']], [['-', 'a.jpg']], [['--', '-json']], [['-foo']]])(
  '%j has nothing of ExifTool',
  (args) => {
    expect(exifToolAdvice(args)).toBeNull();
  },
);

test('every tag in an answer is one that --only takes', () => {
  for (const option of ['-CreateDate', '-ModifyDate', '-ISO', '-LensID', '-ExposureCompensation']) {
    const [, tag = ''] = /--only (\w+)$/.exec(exifToolAdvice([option]) ?? '') ?? [];
    expect(readCommand(['--only', tag, 'a.jpg'], false).kind).toBe('read');
  }
});
