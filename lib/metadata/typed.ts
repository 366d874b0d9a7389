// The style `typed` of the metadata: the EXIF style `typed`, and each block as it is, not merged with others.
// docs/schema/metadata-typed.schema.json describes it.
import { type BlockName, blockNames } from '../block/block';
import type { Blocks } from '../block/parse';
import { maxAnswerBytes } from '../limits';
import { showsAll } from '../style/only';
import { utf8Length } from '../style/text/answer-budget';
import { quote } from '../style/text/json-text';
import { renderWithin } from '../style/typed';
import type { VideoRecord } from '../video/record';
import { iptcJson } from './iptc-json';
import type { MetadataRecord } from './record';
import { xmpJson } from './xmp-json';

/** Bytes that the blocks may have in an answer; EXIF gets the rest. */
const blockRoom = maxAnswerBytes / 2;
/** In place of the content of a block that does not fit. */
const omitted = '{"omitted":true}';

/** The JSON text of a record, at most `maxAnswerBytes` of UTF-8. */
export function renderTyped(record: MetadataRecord): string {
  const blocks = blocksJson(record);
  const front = renderWithin(record.exif, showsAll, maxAnswerBytes - utf8Length(blocks));
  return `${front.slice(0, -1)},${blocks}}`;
}

/** `"blocks":{...}`, each block by its name, with its place in the file; and the warnings about them. */
function blocksJson(record: MetadataRecord): string {
  const { blocks, makerNote, video } = record;
  const warnings = [...blocks.warnings, ...(makerNote?.warnings ?? [])];
  let room = blockRoom - utf8Length(JSON.stringify(warnings));
  const texts: string[] = [];
  for (const name of blockNames) {
    const content = name === 'makernote' ? jsonOf(makerNote) : blockJson(name, blocks, room);
    if (content === null) continue;
    const fits = utf8Length(content) < room;
    const text = `"${name}":${fits ? content : omitted}`;
    room -= utf8Length(text) + 1;
    texts.push(text);
  }
  return [
    `"blocks":{${texts.join(',')}}`,
    `"places":${JSON.stringify(blocks.places)}`,
    `"blockWarnings":${JSON.stringify(warnings)}`,
    ...(video === null ? [] : [`"video":${videoJson(video, room)}`]),
  ].join(',');
}

/** The content of a block as JSON, cut to about `room` bytes where it is a list; null when the file does not have the block. */
function blockJson(name: BlockName, blocks: Blocks, room: number): string | null {
  if (name === 'xmp') return blocks.xmp === null ? null : xmpJson(blocks.xmp, room);
  if (name === 'iptc') return blocks.iptc === null ? null : iptcJson(blocks.iptc, blocks.isIptcNewer);
  if (name === 'text') return textsJson(blocks, room);
  if (name === 'icc') return jsonOf(blocks.icc);
  if (name === 'c2pa') return jsonOf(blocks.c2pa);
  if (name === 'mpf') return jsonOf(blocks.mpf);
  if (name === 'gainmap') return jsonOf(blocks.gainMap);
  return name === 'motion' ? jsonOf(blocks.motionPhoto) : null;
}

/** A block as JSON, without its warnings: those of all blocks are in one list. */
function jsonOf(block: object | null): string | null {
  if (block === null) return null;
  return JSON.stringify(block, (key, value: unknown) => (key === 'warnings' ? undefined : value));
}

/** The headers of a video without its blocks, cut to about `room` bytes: its texts are a list. */
function videoJson({ xmp: _xmp, c2pa: _c2pa, texts, ...video }: VideoRecord, room: number): string {
  let left = room - utf8Length(JSON.stringify(video));
  const shown = texts.filter((text) => {
    const length = utf8Length(JSON.stringify(text)) + 1;
    const fits = length <= left;
    if (fits) left -= length;
    return fits;
  });
  return JSON.stringify({ ...video, texts: shown });
}

/** The text chunks of a PNG. The text of a long one may be left out. */
function textsJson({ text: texts }: Blocks, room: number): string | null {
  if (texts.length === 0) return null;
  let left = room / 2;
  const shown = texts.map(({ keyword, text, chunk }) => {
    const value = quote(text);
    const length = utf8Length(value);
    const fits = length <= left;
    if (fits) left -= length;
    return `{"keyword":${quote(keyword)},"chunk":"${chunk}",${fits ? `"text":${value}` : '"omitted":true'}}`;
  });
  return `[${shown.join(',')}]`;
}
