// The text of an XMP packet [XMP part 3, 1]: in UTF-8, UTF-16 or UTF-32.
import { detectText } from '../bytes/charset';

const replacement = '\ufffd';
const mark = '\ufeff';
const less = 0x3c;

/** Decodes a packet, with line feeds as line ends [XML 1.0, 2.11]. What is not valid in its code becomes U+FFFD. */
export function xmpText(packet: Uint8Array): string {
  const text = decode(packet);
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}

function decode(packet: Uint8Array): string {
  const [a, b, c, d] = packet;
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 ? utf32(packet, true) : decodeAs('utf-16le', packet);
  if (a === 0xfe && b === 0xff) return decodeAs('utf-16be', packet);
  if (a === less && b === 0) return c === 0 && d === 0 ? utf32(packet, true) : decodeAs('utf-16le', packet);
  if (a === 0 && b === less) return decodeAs('utf-16be', packet);
  if (a === 0 && b === 0) return utf32(packet, false);
  return utf8(packet);
}

function decodeAs(charset: string, packet: Uint8Array): string {
  return new TextDecoder(charset).decode(packet);
}

/** UTF-8. A packet with no character beyond ASCII that is valid in it was written in Windows-1252. */
function utf8(packet: Uint8Array): string {
  const text = decodeAs('utf-8', packet);
  if (!text.includes(replacement)) return text;
  for (let at = 0; at < text.length; at++) {
    if (text.charCodeAt(at) > 0x7f && text[at] !== replacement && text[at] !== mark) return text;
  }
  return detectText(packet).text;
}

function utf32(packet: Uint8Array, littleEndian: boolean): string {
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  let text = '';
  for (let at = 0; at + 4 <= packet.length; at += 4) {
    const code = view.getUint32(at, littleEndian);
    const isCharacter = code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
    text += isCharacter ? String.fromCodePoint(code) : replacement;
  }
  return text.startsWith(mark) ? text.slice(1) : text;
}
