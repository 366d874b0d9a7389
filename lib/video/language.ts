// The language of a track [ISO/IEC 14496-12 8.4.2; QuickTime File Format, language code values].

/** QuickTime's codes before ISO 639-2 was used, from 0 on; '' for those without a code here. */
const macintosh = (
  'eng fra ger ita dut swe spa dan por nor heb jpn ara fin gre ice mlt tur hrv chi urd hin tha kor lit pol hun est lav smi fao ' +
  'fas rus chi'
).split(' ');

/** The ISO 639-2 code; null for an undetermined or unknown language. `packed`: three letters of 5 bits, or QuickTime's code. */
export function languageOf(packed: number): string | null {
  if (packed === 0x7fff) return null;
  if (packed < 0x400) return macintosh[packed] ?? null;
  const letters = [10, 5, 0].map((shift) => String.fromCharCode(0x60 + ((packed >> shift) & 0x1f))).join('');
  return /^[a-z]{3}$/.test(letters) && letters !== 'und' ? letters : null;
}
