import { isGenerated, sourceTypeCode } from '../../../lib/metadata/digital-source-type';

test.each([
  ['http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture', 'digitalCapture'],
  ['https://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture', 'digitalCapture'],
  [' http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture\n', 'digitalCapture'],
  ['http://c2pa.org/digitalsourcetype/empty', 'empty'],
  ['digitalCapture', 'digitalCapture'],
  ['http://example.com/digitalsourcetype/digitalCapture', 'http://example.com/digitalsourcetype/digitalCapture'],
  ['', ''],
])('%j is the code %s', (stored, code) => {
  expect(sourceTypeCode(stored)).toBe(code);
});

test.each<[boolean | null, readonly string[]]>([
  [true, ['trainedAlgorithmicMedia', 'compositeWithTrainedAlgorithmicMedia', 'algorithmicMedia', 'compositeSynthetic']],
  [false, ['digitalCapture', 'computationalCapture', 'print', 'humanEdits', 'algorithmicallyEnhanced', 'digitalArt']],
  [
    null,
    ['composite', 'screenCapture', 'virtualRecording', 'softwareImage', 'empty', 'DigitalCapture', 'constructor', ''],
  ],
])('generated: %p for %j', (expected, codes) => {
  expect(codes.map(isGenerated)).toEqual(codes.map(() => expected));
});
