// Merges what EXIF, XMP and IPTC-IIM say about the same thing, by the guidelines of the Metadata Working Group [MWG 2.0, 3 to 5].
//
//   EXIF, if it has the value; then XMP, then IIM. IIM comes before XMP when a program has changed it later: the MD5 that
//   Photoshop stored of it is not the MD5 of the IIM that is there.
import { type IptcDocument, iptcTexts } from '../block/iptc';
import type { Blocks } from '../block/parse';
import { xmpNamespaces as ns } from '../block/xmp-namespaces';
import { fieldOf, itemsOf, propertyOf, textOf, textsOf, type XmpDocument } from '../block/xmp-value';
import { cleanText } from '../style/text/clean-text';

/** A value and where it comes from, such as `XMP dc:title`, `IPTC 2:05` or `EXIF Artist`. */
export type Merged<T> = Readonly<{ value: T; source: string }>;

type Texts = readonly string[];
/** A place where a value may be, and how it is read. */
type Place<Document> = Readonly<{ source: string; read(document: Document): Texts }>;

/** The places of one value: in XMP, in IIM. The first place of each that has a value counts. */
type Rule = Readonly<{ xmp: readonly Place<XmpDocument>[]; iptc: readonly Place<IptcDocument>[] }>;

/** Items of the longest list. */
const maxItems = 256;

export const rules = {
  title: { xmp: [inXmp('dc', 'title')], iptc: [inIptc(5)] },
  description: { xmp: [inXmp('dc', 'description')], iptc: [inIptc(120)] },
  keywords: { xmp: [inXmp('dc', 'subject')], iptc: [inIptc(25)] },
  creator: { xmp: [inXmp('dc', 'creator')], iptc: [inIptc(80)] },
  credit: { xmp: [inXmp('photoshop', 'Credit')], iptc: [inIptc(110)] },
  copyright: { xmp: [inXmp('dc', 'rights')], iptc: [inIptc(116)] },
  rating: { xmp: [inXmp('xmp', 'Rating')], iptc: [] },
  label: { xmp: [inXmp('xmp', 'Label')], iptc: [] },
  city: { xmp: [inXmp('photoshop', 'City'), whereTaken('City')], iptc: [inIptc(90)] },
  country: { xmp: [inXmp('photoshop', 'Country'), whereTaken('CountryName')], iptc: [inIptc(101)] },
  lens: { xmp: [inXmp('exifEX', 'LensModel'), inXmp('aux', 'Lens')], iptc: [] },
  serialNumber: { xmp: [inXmp('exifEX', 'BodySerialNumber'), inXmp('aux', 'SerialNumber')], iptc: [] },
  lensSerialNumber: { xmp: [inXmp('exifEX', 'LensSerialNumber'), inXmp('aux', 'LensSerialNumber')], iptc: [] },
  takenAt: {
    xmp: [inXmp('exif', 'DateTimeOriginal'), inXmp('photoshop', 'DateCreated'), inXmp('xmp', 'CreateDate')],
    iptc: [{ source: 'IPTC 2:55 and 2:60', read: iptcTime }],
  },
} as const satisfies Readonly<Record<string, Rule>>;

export type MergedName = keyof typeof rules;

/** The texts of a value, cleaned, without blank and repeated ones; null when neither XMP nor IIM has one. */
export function mergedTexts(name: MergedName, { xmp, iptc, isIptcNewer }: Blocks): Merged<Texts> | null {
  const rule: Rule = rules[name];
  const ofXmp = () => (xmp === null ? null : firstOf(rule.xmp, xmp));
  const ofIptc = () => (iptc === null ? null : firstOf(rule.iptc, iptc));
  return isIptcNewer ? (ofIptc() ?? ofXmp()) : (ofXmp() ?? ofIptc());
}

function firstOf<Document>(places: readonly Place<Document>[], document: Document): Merged<Texts> | null {
  for (const { source, read } of places) {
    const value = cleanTexts(read(document));
    if (value.length > 0) return { value, source };
  }
  return null;
}

/** Texts that can be shown: each once, at most `maxItems`. */
export function cleanTexts(texts: Texts): Texts {
  const clean = new Set<string>();
  for (const text of texts) {
    const shown = cleanText(text);
    if (shown !== '') clean.add(shown);
    if (clean.size >= maxItems) break;
  }
  return [...clean];
}

function inXmp(prefix: keyof typeof ns, name: string): Place<XmpDocument> {
  return {
    source: `XMP ${prefix}:${name}`,
    read: (xmp) => textsOf(propertyOf(xmp, ns[prefix], name)),
  };
}

/** A field of the place where the picture was taken [IPTC Photo Metadata, Location Created]. */
function whereTaken(name: string): Place<XmpDocument> {
  return {
    source: `XMP Iptc4xmpExt:LocationCreated/${name}`,
    read: (xmp) => {
      const [place] = itemsOf(propertyOf(xmp, ns.Iptc4xmpExt, 'LocationCreated'));
      const text = textOf(fieldOf(place, ns.Iptc4xmpExt, name));
      return text === null ? [] : [text];
    },
  };
}

/** A dataset of record 2, which may be repeated. */
function inIptc(dataset: number): Place<IptcDocument> {
  return {
    source: `IPTC 2:${String(dataset).padStart(2, '0')}`,
    read: (iptc) => iptcTexts(iptc, dataset),
  };
}

/** The date CCYYMMDD and the time HHMMSS+HHMM as one text. */
function iptcTime(iptc: IptcDocument): Texts {
  const [date] = iptcTexts(iptc, 55);
  const [time = ''] = iptcTexts(iptc, 60);
  return date === undefined ? [] : [`${date} ${time}`.trim()];
}
