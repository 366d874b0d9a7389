// Random object keys that break careless code: everything that a key may contain, and that libraries for URLs, paths or texts
// may change.
import { seededRandom } from './seeded';

/** A whole number from 0 up to, not including, `below`. */
export type Random = (below: number) => number;

/** The same numbers for the same seed. */
export function randomFrom(seed: number): Random {
  return seededRandom(seed).below;
}

export function pick<T>(random: Random, from: readonly T[]): T {
  const chosen = from[random(from.length)];
  if (chosen === undefined) throw new Error('Cannot pick from nothing');
  return chosen;
}

/** UTF-8 bytes of the longest key that a store takes. */
const maxBytes = 1024;

/** A key of 1 to 1024 bytes; one in 16 has all of them. */
export function randomKey(random: Random): string {
  const start = pick(random, ['', '', '', '', '', '', '/', '//', './', '../']);
  const key = start + Array.from({ length: 1 + random(12) }, () => randomPart(random)).join('');
  return random(16) === 0 ? lengthened(key) : key;
}

/** The key again and again, as often as there is room for it. */
function lengthened(key: string): string {
  const length = Buffer.byteLength(key);
  return key.repeat(maxBytes / length) + 'x'.repeat(maxBytes % length);
}

/** The key after one edit, which makes it a different key. */
export function changedKey(random: Random, key: string): string {
  for (;;) {
    const changed = edit(random, key);
    if (changed !== key && changed !== '' && Buffer.byteLength(changed) <= maxBytes) return changed;
  }
}

function edit(random: Random, key: string): string {
  const all = [...key];
  const at = random(all.length);
  const spliced = (remove: number, part: string): string => all.toSpliced(at, remove, part).join('');
  return pick(random, [
    () => spliced(1, pick(random, characters)), // one replaced
    () => spliced(1, ''), // one lost
    () => spliced(0, pick(random, ['/', './', '../', '%', ' '])), // one too many
    () => spliced(1, (all[at] ?? '').toUpperCase()),
    () => key.normalize(pick(random, ['NFC', 'NFD'])),
    () => key.replace(/\/+/g, '/').replace(/^\//, ''), // as a path library folds it
    () => decodeURIComponent(new URL(`http://h/${encodeURIComponent(key).replace(/%2F/g, '/')}`).pathname.slice(1)), // as a URL library does
    () => safely(decodeURIComponent, key), // decoded once more
    () => key.replaceAll('+', ' '),
    () => `/${key}`,
  ])();
}

function safely(change: (text: string) => string, text: string): string {
  try {
    return change(text);
  } catch {
    return text;
  }
}

function randomPart(random: Random): string {
  return random(3) === 0 ? pick(random, pieces) : pick(random, characters);
}

/** What path and URL libraries fold, decode or take for an end. */
const pieces: readonly string[] = [
  ...['/', '//', '/./', '/../', './', '../', '..', '.', '/', '/', '\\', '\\..\\'],
  ...['%', '%%', '%2F', '%2f', '%2e%2e/', '%00', '%25', '%41', '%C3%A9', '%zz', '+', ' ', '  ', '&amp;', '?exif', '#'],
  ...['&exif', '?x=1&y=2', ';v=1', '=', 'http://h.example/', 'photo', '2026', '.jpg', '.JPG', 'a', 'Z'],
  ...['sign=', 'q-sign-algorithm=sha1', 'X-Amz-Signature=', '{key}', '__proto__', 'undefined'],
  ...['\u00e9', 'e\u0301', '\u212b', '\u00c5', '\ufb01', '\uac00', '\u1100\u1161', '\u0130', '\u00df', '\u4e2d\u6587'],
  ...['\u{1f4f7}', '\u{1f468}\u200d\u{1f469}', '\u{1f1eb}\u{1f1f7}', '\u{10ffff}', '\uffff', '\ufffd'],
  ...['\u05d0', '\u202e', '\ufeff', '\u200b', '\u00a0', '\u2028', '\u3000'],
];

/** Single characters: all of ASCII, and a few of each length in UTF-8. */
const characters: readonly string[] = [
  ...Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)),
  ...'\u0080\u00e9\u00ff\u0301\u03b1\u05d0\u07ff\u0800\u20ac\u4e2d\ud7ff\ue000\u{1f4f7}\u{1f600}\u{20000}',
];
