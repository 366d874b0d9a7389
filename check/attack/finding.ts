// The results of an attack, as rows of a table.

/** One measured value and the target for it. */
export type Finding = Readonly<{ what: string; measured: string; target: string; ok: boolean }>;

/** A value that must be at most `most`. */
export function atMost(what: string, value: number, most: number, unit: string): Finding {
  return { what, measured: `${round(value)} ${unit}`, target: `<= ${most} ${unit}`, ok: value <= most };
}

/** A value that must be at least `least`. */
export function atLeast(what: string, value: number, least: number, unit: string): Finding {
  return { what, measured: `${round(value)} ${unit}`, target: `>= ${least} ${unit}`, ok: value >= least };
}

/** A value without a target. */
export function noted(what: string, measured: string): Finding {
  return { what, measured, target: '', ok: true };
}

function round(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(2);
}
