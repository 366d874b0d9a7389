// Reads the datasets of IPTC-IIM [IPTC IIM 4.2, chapter 1.5].
//
//   marker 1C  record  dataset  length u16  value              length with bit 15: the number of length bytes that follow

import { decodeWindows1252, detectText } from '../bytes/charset';
import { slice, u8, u16, u32 } from '../bytes/cursor';
import { maxWarnings } from '../limits';
import type { BlockWarning } from './block';
import { maxIptcBytes, maxIptcDatasets, maxIptcLengthBytes } from './limits';

/** `text` is the decoded value, without NULs at its end; null for datasets that have no text. */
export type IptcDataset = Readonly<{ record: number; dataset: number; value: Uint8Array; text: string | null }>;

/**
 * The datasets in stored order. `charset` is the character code of the texts. `standard`: they are from the place where the IIM
 * of the format belongs.
 */
export type IptcDocument = Readonly<{
  datasets: readonly IptcDataset[];
  charset: 'utf-8' | 'windows-1252';
  standard: boolean;
  warnings: readonly BlockWarning[];
}>;

/** A block of datasets; `standard` as in a document. */
export type IptcBlock = Readonly<{ bytes: Uint8Array; standard: boolean }>;

type RawDataset = Omit<IptcDataset, 'text'>;
type RawDatasets = Readonly<{ datasets: readonly RawDataset[]; warnings: string[] }>;

const marker = 0x1c;
const longLength = 0x8000;
/** The records that are defined: 1 to 9. */
const isRecord = (record: number | undefined): boolean => record !== undefined && record >= 1 && record <= 9;

/**
 * The datasets of the first standard block that has some, otherwise of the first other block that has some: two blocks are two
 * descriptions of the image, and a mixture of them would be wrong [MWG guidelines 2.0, 5.3].
 */
export function parseIptc(blocks: readonly IptcBlock[]): IptcDocument {
  const candidates = [...blocks.filter(({ standard }) => standard), ...blocks.filter(({ standard }) => !standard)];
  const warnings: BlockWarning[] = [];
  for (const { bytes, standard } of candidates) {
    const raw = readDatasets(bytes);
    const { charset, datasets } = decode(raw);
    for (const detail of raw.warnings) if (warnings.length < maxWarnings) warnings.push({ block: 'iptc', detail });
    if (datasets.length > 0) return { datasets, charset, standard, warnings };
  }
  return { datasets: [], charset: 'utf-8', standard: false, warnings };
}

/** The texts of a dataset that are not blank, in stored order; several for datasets that repeat, as Keywords. */
export function iptcTexts({ datasets }: IptcDocument, dataset: number, record = 2): readonly string[] {
  return datasets
    .filter((candidate) => candidate.dataset === dataset && candidate.record === record)
    .map(({ text }) => text ?? '')
    .filter((text) => text.trim() !== '');
}

function readDatasets(block: Uint8Array): RawDatasets {
  const datasets: RawDataset[] = [];
  const warnings: string[] = [];
  const bytes = inOrder(block).subarray(0, maxIptcBytes);
  let at = startOf(bytes);
  while (at + 5 <= bytes.length && u8(bytes, at) === marker) {
    if (datasets.length >= maxIptcDatasets) {
      warnings.push(`more than ${maxIptcDatasets} datasets`);
      return { datasets, warnings };
    }
    const [record, dataset] = [u8(bytes, at + 1), u8(bytes, at + 2)];
    const name = `dataset ${record}:${dataset} at ${at}`;
    const span = valueSpan(bytes, at + 3);
    if (span === null) {
      warnings.push(`${name} has a length of more than ${maxIptcLengthBytes} bytes, or one that is cut off`);
      return { datasets, warnings };
    }
    if (span.start + span.length > bytes.length) {
      warnings.push(`${name} has ${span.length} bytes, ${bytes.length - span.start} are left`);
      return { datasets, warnings };
    }
    datasets.push({ record, dataset, value: slice(bytes, span.start, span.length) });
    at = span.start + span.length;
  }
  // Values of TIFF tags and image resources are padded with NULs.
  if (bytes.subarray(at).some((byte) => byte !== 0)) warnings.push(`no dataset at ${at} of ${bytes.length} bytes`);
  return { datasets, warnings };
}

/** Where the value is whose length is at `at`; null for a length that no reader needs. */
function valueSpan(bytes: Uint8Array, at: number): Readonly<{ start: number; length: number }> | null {
  const short = u16(bytes, at, false);
  if (short < longLength) return { start: at + 2, length: short };
  const count = short - longLength;
  const start = at + 2 + count;
  if (count > maxIptcLengthBytes || start > bytes.length) return null;
  let length = 0;
  for (let i = at + 2; i < start; i++) length = length * 256 + u8(bytes, i);
  return { start, length };
}

/**
 * Some programs write the tag of TIFF as LONGs, and others change the byte order of these: then each four bytes are reversed.
 */
function inOrder(bytes: Uint8Array): Uint8Array {
  const isReversed = bytes.length >= 4 && u8(bytes, 0) !== marker && u8(bytes, 3) === marker && isRecord(u8(bytes, 2));
  if (!isReversed) return bytes;
  const words = bytes.subarray(0, Math.min(bytes.length, maxIptcBytes) & ~3);
  const ordered = new Uint8Array(words.length);
  const view = new DataView(ordered.buffer);
  for (let at = 0; at < words.length; at += 4) view.setUint32(at, u32(words, at, true));
  return ordered;
}

/** The place of the first dataset: the first marker with a record that is defined. */
function startOf(bytes: Uint8Array): number {
  for (let at = 0; at + 1 < bytes.length; at++) {
    if (u8(bytes, at) === marker && isRecord(u8(bytes, at + 1))) return at;
  }
  return 0;
}

/** The escape sequences of ISO 2022 in dataset 1:90 that mean UTF-8, and Latin-1, of which Windows-1252 is a superset. */
const escapes: readonly Readonly<{ bytes: readonly number[]; charset: IptcDocument['charset'] }>[] = [
  { bytes: [0x1b, 0x25, 0x47], charset: 'utf-8' }, // ESC % G
  { bytes: [0x1b, 0x25, 0x2f, 0x47], charset: 'utf-8' }, // ESC % / G, levels 1 to 3
  { bytes: [0x1b, 0x25, 0x2f, 0x48], charset: 'utf-8' },
  { bytes: [0x1b, 0x25, 0x2f, 0x49], charset: 'utf-8' },
  { bytes: [0x1b, 0x2e, 0x41], charset: 'windows-1252' }, // ESC . A
  { bytes: [0x1b, 0x2d, 0x41], charset: 'windows-1252' }, // ESC - A
];

/** The charset that 1:90 names; without a known name: UTF-8 if all texts are valid, otherwise Windows-1252. */
function decode({ datasets, warnings }: RawDatasets): Pick<IptcDocument, 'charset' | 'datasets'> {
  const named = datasets.find(({ record, dataset }) => record === 1 && dataset === 90)?.value;
  const declared = escapes.find(({ bytes }) => bytes.length === named?.length && bytes.every((b, i) => b === named[i]));
  const detected = datasets.map((raw) => (isText(raw) ? detectText(trimmed(raw.value)) : null));
  const isUtf8 = detected.every((found) => found === null || found.charset === null);
  const charset = declared?.charset ?? (isUtf8 ? 'utf-8' : 'windows-1252');
  if (charset === 'utf-8' && !isUtf8) warnings.push('texts that are not UTF-8, as 1:90 says, are read as Windows-1252');
  const textOf = (raw: RawDataset, found: string | null): string | null =>
    found === null || charset === 'utf-8' ? found : decodeWindows1252(trimmed(raw.value));
  return { charset, datasets: datasets.map((raw, i) => ({ ...raw, text: textOf(raw, detected[i]?.text ?? null) })) };
}

/** Datasets with numbers or image data, by record; all of records other than 1 and 2 are. */
const binary: Readonly<Record<number, readonly number[]>> = { 1: [0, 20, 22], 2: [0, 125, 200, 201, 202] };

function isText({ record, dataset }: RawDataset): boolean {
  return binary[record]?.includes(dataset) === false;
}

function trimmed(value: Uint8Array): Uint8Array {
  return value.subarray(0, value.findLastIndex((byte) => byte !== 0) + 1);
}
