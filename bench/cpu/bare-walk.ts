// The least that any reader of EXIF must do: visit every entry of every IFD, decode no value. A yardstick, not a reader.

const pointers: readonly number[] = [0x8769, 0x8825, 0xa005];

/** The number of entries in the IFD chain, Exif, GPS and Interoperability IFDs of a classic TIFF stream. */
export function bareWalk(tiff: Uint8Array): number {
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  const littleEndian = view.getUint16(0) === 0x4949;
  const pending = [view.getUint32(4, littleEndian)];
  const chain = new Set(pending);
  const visited = new Set<number>();
  let entries = 0;
  for (let ifd = pending.pop(); ifd !== undefined; ifd = pending.pop()) {
    if (ifd === 0 || visited.has(ifd) || ifd + 2 > tiff.length) continue;
    visited.add(ifd);
    const end = ifd + 2 + 12 * view.getUint16(ifd, littleEndian);
    for (let at = ifd + 2; at + 12 <= Math.min(end, tiff.length); at += 12) {
      entries++;
      if (pointers.includes(view.getUint16(at, littleEndian))) pending.push(view.getUint32(at + 8, littleEndian));
    }
    if (chain.has(ifd) && end + 4 <= tiff.length) {
      const next = view.getUint32(end, littleEndian);
      chain.add(next);
      pending.push(next);
    }
  }
  return entries;
}
