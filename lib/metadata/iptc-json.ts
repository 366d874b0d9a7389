// IPTC-IIM as JSON, lossless: every dataset in stored order.
import type { IptcDocument } from '../block/iptc';
import { iptcName } from '../block/iptc-names';
import { encodeBase64 } from '../bytes/base64';
import { quote } from '../style/text/json-text';

/** `newer`: a program has changed the IIM after the XMP of the file. A dataset that is not text has its bytes as base64. */
export function iptcJson({ datasets, charset }: IptcDocument, isNewer: boolean): string {
  const shown = datasets.map(({ record, dataset, value, text }) => {
    const name = iptcName(record, dataset);
    const content = text === null ? `"base64":"${encodeBase64(value)}"` : `"text":${quote(text)}`;
    return `{"record":${record},"dataset":${dataset},"name":${name === null ? 'null' : `"${name}"`},${content}}`;
  });
  return `{"charset":"${charset}","newerThanXmp":${isNewer},"datasets":[${shown.join(',')}]}`;
}
