import { runInNewContext } from 'node:vm';
import { countersGlobal, instrument } from '../../../check/fuzz/branch-counters';
import { branchesIn, coverageOf } from '../../../check/fuzz/coverage';

/** Every kind of branch; what `f` answers depends on each. */
const source = `"use strict";
function f(x, y = x + 1) {
  let out = [y];
  if (x > 1) out.push('if'); else if (x < 0) { out.push('else if') }
  if (x === 2)
    // a comment before the statement
    out.push('alone');
  for (const item of [1, 2]) if (item === x) continue; else out.push(item);
  for (let i = 0; i < x; i++) out.push(i);
  let left = x;
  while (left > 0) left--;
  do { left++ } while (left < x);
  outer: for (;;) { for (;;) break outer }
  switch (x) { case 0: case 1: out.push('small'); break; case 2: { out.push('two') } default: out.push('default') }
  try { if (x === 3) throw new Error('three') } catch { out.push('caught') }
  const { a = () => 'made', b: [c = 5] = [] } = x === 1 ? { a: () => x } : {};
  out.push(a(), c, x && 'and', x || 'or', x ?? 'nullish', x > 1 ? 'yes' : x < 0 ? 'never' : 'no');
  out.empty ??= x;
  const object = () => ({ x });
  class Base { get half() { return x / 2 } static twice = () => x * 2; constructor() { this.x = x } }
  class Derived extends Base { constructor() { super(); out.push(this.half, Derived.twice()) } }
  new Derived();
  return JSON.stringify([out, out.empty, object().x, \`\${x > 1 ? 'a' : 'b'}\`]);
}
f`;

function run(code: string, counters = new Uint8Array(256)): (x: number | null, y?: number) => string {
  return runInNewContext(code, { [countersGlobal]: counters });
}

test('instrumented code does what it did before', () => {
  const { code } = instrument(source, 'f.js', 0);
  for (const x of [null, -1, 0, 1, 2, 3, 7]) {
    expect(run(code)(x)).toBe(run(source)(x));
    expect(run(code)(x, 9)).toBe(run(source)(x, 9));
  }
});

test('each branch has a separate counter, numbered from the given first one', () => {
  const counters = new Uint8Array(256);
  const { code, branches } = instrument(source, 'f.js', 10);
  const f = run(code, counters);
  expect(branches).toBeGreaterThan(30);
  const coverage = coverageOf(counters, () => 10 + branches);
  const seen = coverage.emptySeen();
  for (const x of [-1, 0, 1, 2, 3, null]) {
    coverage.reset();
    f(x);
    expect(coverage.addTo(seen)).toBeGreaterThan(0);
    coverage.reset();
    f(x);
    expect(coverage.addTo(seen)).toBe(0);
  }
  expect(seen.subarray(0, 10)).toEqual(new Uint8Array(10));
  expect(seen.subarray(10 + branches)).toEqual(new Uint8Array(256 - 10 - branches));
  // All but the default of `b`, as it is always there, and what cannot happen.
  expect(branchesIn(seen)).toBeGreaterThanOrEqual(branches - 2);
});

test('literals are collected, lines stay where they were', () => {
  const { code, texts, numbers } = instrument("\nconst a = 'JFIF';\nif (b === 0x8769) c(12);\n", 'a.js', 0);
  expect(texts).toEqual(['JFIF']);
  expect(numbers).toEqual([0x8769, 12]);
  expect(code.split('\n')).toHaveLength(4);
});

test('a branch that is taken far more often counts as new', () => {
  const counters = new Uint8Array(16);
  const coverage = coverageOf(counters, () => 16);
  const seen = coverage.emptySeen();
  const newAt = [1, 2, 3, 4, 5, 7, 8, 16, 20, 32, 100, 128, 255].filter((hits) => {
    coverage.reset();
    counters[9] = hits;
    expect(coverage.features()).toHaveLength(1);
    return coverage.addTo(seen) > 0;
  });
  expect(newAt).toEqual([1, 2, 3, 4, 8, 16, 32, 128]);
});
