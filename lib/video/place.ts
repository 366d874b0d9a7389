// The place where a video was made.
import { u8, u16, u32 } from '../bytes/cursor';
import type { VideoPlace } from './record';

export const noPlace: VideoPlace = { latitude: null, longitude: null, altitude: null };

/**
 * A place as a text [ISO 6709 Annex H]: `+52.5163+013.3777+034.000/`. The digits before the point say whether it is degrees,
 * degrees and minutes, or degrees, minutes and seconds. null for another text.
 */
export function readIso6709(text: string): VideoPlace | null {
  const match = /^([+-]\d{1,6}(?:\.\d{1,12})?)([+-]\d{1,7}(?:\.\d{1,12})?)([+-]\d{1,9}(?:\.\d{1,12})?)?/.exec(
    text.trim(),
  );
  if (match === null) return null;
  const latitude = degrees(match[1] ?? '', 2);
  const longitude = degrees(match[2] ?? '', 3);
  return placeOf(latitude, longitude, match[3] === undefined ? null : Number(match[3]));
}

/** `+4830.5` with two digits of degrees is 48 degrees and 30.5 minutes. */
function degrees(text: string, degreeDigits: number): number {
  const sign = text.startsWith('-') ? -1 : 1;
  const [whole = '', fraction = ''] = text.slice(1).split('.');
  const parts = whole.length - degreeDigits;
  if (parts <= 0) return sign * Number(`${whole}.${fraction}`);
  const minutes = Number(whole.slice(degreeDigits, degreeDigits + 2));
  const isSeconds = parts > 2;
  const last = Number(`${whole.slice(isSeconds ? degreeDigits + 2 : degreeDigits)}.${fraction}`);
  return sign * (Number(whole.slice(0, degreeDigits)) + (isSeconds ? minutes / 60 + last / 3600 : last / 60));
}

/**
 * `loci` [3GPP TS 26.244 8.3]: version and flags u32, language u16, name in UTF-8 up to a 0, role u8, then longitude, latitude
 * and altitude as 16.16, in this order. null when it is cut.
 */
export function readLoci(payload: Uint8Array): VideoPlace | null {
  if (payload.length < 6) return null;
  const at = endOfText(payload, 6) + 1;
  if (at + 12 > payload.length) return null;
  return placeOf(fixed(payload, at + 4), fixed(payload, at), fixed(payload, at + 8));
}

/** The name is UTF-16 when it starts with a byte order mark. */
function endOfText(bytes: Uint8Array, start: number): number {
  const isWide = start + 2 <= bytes.length && [0xfeff, 0xfffe].includes(u16(bytes, start, false));
  for (let at = start; at < bytes.length; at += isWide ? 2 : 1) {
    if (u8(bytes, at) === 0 && (!isWide || (at + 1 < bytes.length && u8(bytes, at + 1) === 0)))
      return at + (isWide ? 2 : 1);
  }
  return bytes.length;
}

function fixed(bytes: Uint8Array, at: number): number {
  return (u32(bytes, at, false) | 0) / 65_536;
}

function placeOf(latitude: number, longitude: number, altitude: number | null): VideoPlace | null {
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? { latitude, longitude, altitude } : null;
}
