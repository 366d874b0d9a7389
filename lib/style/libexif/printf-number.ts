// Formats numbers as printf in C does.

/** More decimals than any double has. */
const allDecimals = 60;

/** `%.<digits>f`: as `toFixed`, but a value exactly between two numbers is rounded to the even one; null from 1e21 on. */
export function fixedText(value: number, digits: number): string | null {
  if (!(Math.abs(value) < 1e21)) return null;
  const exact = value.toFixed(Math.min(100, digits + allDecimals));
  const text = value.toFixed(digits);
  const rest = exact.slice(exact.length - allDecimals);
  if (!/^50*$/.test(rest)) return text;
  const down = exact.slice(0, exact.length - allDecimals).replace(/\.$/, '');
  return Number(down.at(-1)) % 2 === 0 ? down : text;
}

/**
 * A rational as libexif prints it: with about as many decimals as its denominator has digits, and at least two characters wide.
 */
export function libexifRational([numerator, denominator]: readonly [number, number]): string {
  if (denominator === 0) return `${numerator}/0`;
  const decimals = Math.trunc(Math.log10(Math.abs(denominator)) + 0.92);
  return (fixedText(numerator / denominator, decimals) ?? `${numerator}/${denominator}`).padStart(2);
}
