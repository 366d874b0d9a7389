// Words for the enumerated values that people ask for most [EXIF 3.0 4.6.6.7]. A value that the standard does not define has none.

const exposurePrograms: readonly (string | undefined)[] = [
  undefined, // not defined
  'Manual',
  'Normal program',
  'Aperture priority',
  'Shutter priority',
  'Creative program',
  'Action program',
  'Portrait mode',
  'Landscape mode',
];

const meteringModes: readonly (string | undefined)[] = [
  undefined, // unknown
  'Average',
  'Center-weighted average',
  'Spot',
  'Multi-spot',
  'Pattern',
  'Partial',
];

const whiteBalances: readonly string[] = ['Auto', 'Manual'];

/** The word for a value of ExposureProgram; null when it has none. */
export function exposureProgramWord(value: number): string | null {
  return exposurePrograms[value] ?? null;
}

/** The word for a value of MeteringMode; null when it has none. */
export function meteringModeWord(value: number): string | null {
  return meteringModes[value] ?? null;
}

/** The word for a value of WhiteBalance; null when it has none. */
export function whiteBalanceWord(value: number): string | null {
  return whiteBalances[value] ?? null;
}

/** Bits 1 and 2 of Flash: the light that came back from the subject. */
const returnLights = ['', '', ', return light not detected', ', return light detected'];
/** Bits 3 and 4 of Flash: how the photographer set it. */
const flashModes = ['', ', always on', ', always off', ', auto mode'];

/** Flash in words, from its bits: `Fired, auto mode, red-eye reduction`. null for a number of more than its seven bits. */
export function flashWords(value: number): string | null {
  if (!Number.isInteger(value) || value < 0 || value > 0x7f) return null;
  if ((value & 0x20) !== 0) return 'No flash function';
  const fired = (value & 1) === 1 ? 'Fired' : 'Did not fire';
  const redEye = (value & 0x40) === 0 ? '' : ', red-eye reduction';
  return `${fired}${returnLights[(value >> 1) & 3]}${flashModes[(value >> 3) & 3]}${redEye}`;
}
