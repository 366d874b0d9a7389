// The landscape of the demonstration images: sky, sun, and ridges that fade in the haze.

/** 0 to 255 each. */
export type Colour = readonly [red: number, green: number, blue: number];

/** `sun`: its place, as parts of the width and of the height. `seed` moves the ridges. */
export type Scene = Readonly<{
  sky: Colour;
  horizon: Colour;
  hills: Colour;
  sun: readonly [number, number];
  seed: number;
}>;

/** A ridge: its mean height, its relief, and how much of it the haze hides. From the farthest to the nearest. */
const ridges = [
  { at: 0.52, relief: 0.11, haze: 0.72 },
  { at: 0.63, relief: 0.09, haze: 0.45 },
  { at: 0.76, relief: 0.07, haze: 0.2 },
  { at: 0.9, relief: 0.06, haze: 0 },
] as const;

const sunlight: Colour = [255, 247, 214];

/** The scene in `width` by `height` colours, row by row from the top: red, green, blue. */
export function drawScene(scene: Scene, width: number, height: number): Uint8Array<ArrayBuffer> {
  const pixels = new Uint8Array(width * height * 3);
  const tops = ridges.map((ridge, i) => skyline(ridge, scene.seed + i, width));
  const colours = ridges.map(({ haze }) => mix(scene.hills, scene.horizon, haze));
  for (let row = 0, at = 0; row < height; row++) {
    const y = row / height;
    const sky = mix(scene.sky, scene.horizon, Math.min(1, y / 0.6));
    for (let column = 0; column < width; column++, at += 3) {
      const hill = colours[tops.findLastIndex((top) => y >= (top[column] ?? 1))];
      const glow = hill === undefined ? glowAt(scene, column / width, y, width / height) : 0;
      for (const i of [0, 1, 2] as const) pixels[at + i] = hill?.[i] ?? sky[i] + (sunlight[i] - sky[i]) * glow;
    }
  }
  return pixels;
}

/** The height of a ridge at each column. */
function skyline({ at, relief }: (typeof ridges)[number], seed: number, width: number): Float64Array {
  return Float64Array.from({ length: width }, (_, column) => {
    const x = (column / width) * 2 * Math.PI;
    const waves = [1, 2, 3, 5, 9, 17, 41].map((turns, n) => Math.sin(turns * x + seed * (n + 2.3)) / (n + 1.2));
    return at - relief * waves.reduce((sum, wave) => sum + wave, 0);
  });
}

/** 0 to 1: how much of the light of the sun is at a place. */
function glowAt({ sun }: Scene, x: number, y: number, ratio: number): number {
  const distance = Math.hypot((x - sun[0]) * ratio, y - sun[1]);
  return distance < 0.055 ? 1 : Math.exp(-9 * (distance - 0.055)) * 0.7;
}

function mix(a: Colour, b: Colour, part: number): Colour {
  const of = (i: 0 | 1 | 2): number => a[i] + (b[i] - a[i]) * part;
  return [of(0), of(1), of(2)];
}
