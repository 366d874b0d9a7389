// The XML that cameras of Sony write next to a video: when it was made, and with which camera. Only these two elements are
// looked for, without parsing the rest.
//
//   <CreationDate value="2026-06-01T12:34:56+02:00"/>   <Device manufacturer="Sony" modelName="ILCE-7M4" serialNo="..."/>

import type { VideoText } from './record';
import { decodeText } from './text';

/** The name of the time among the texts. */
export const sonyTime = 'CreationDate';

/** `xml` is the payload of the box: version and flags u32, then the document. */
export function sonyTexts(xml: Uint8Array): readonly VideoText[] {
  const text = decodeText(xml.subarray(Math.min(4, xml.length)));
  const time = /<CreationDate\s{1,8}value="([^"<]{1,40})"/.exec(text)?.[1];
  const device = /<Device\s([^<>]{1,1000})>/.exec(text)?.[1] ?? '';
  const attribute = (name: string): string | undefined => new RegExp(`\\b${name}="([^"<&]{1,100})"`).exec(device)?.[1];
  const named = [
    [sonyTime, time],
    ['manufacturer', attribute('manufacturer')],
    ['modelName', attribute('modelName')],
    ['serialNo', attribute('serialNo')],
  ] as const;
  return named.flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
}
