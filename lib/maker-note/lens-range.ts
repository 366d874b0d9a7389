// The focal lengths and apertures of a lens in the way in which makers print them.

/**
 * `18-55mm f/3.5-5.6`, or `50mm` when no aperture is known. null unless the focal lengths are plausible; numbers have at most
 * one decimal.
 */
export function lensRange(focal: readonly number[], apertures: readonly number[] = []): string | null {
  const [shortest = 0, longest = 0] = focal;
  if (!(shortest > 0 && longest >= shortest && longest <= 10_000)) return null;
  const lengths = `${span(shortest, longest)}mm`;
  const [wide = 0, tele = 0] = apertures;
  return wide > 0 && tele > 0 && wide < 100 && tele < 100 ? `${lengths} f/${span(wide, tele)}` : lengths;
}

function span(from: number, to: number): string {
  const [first, last] = [rounded(from), rounded(to)];
  return first === last ? first : `${first}-${last}`;
}

function rounded(value: number): string {
  return String(Math.round(value * 10) / 10);
}
