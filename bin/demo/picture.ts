// The scene as JPEG: a large picture with film grain, and a small one for IFD1.
import { type BlockCoefficients, type Component, encodeJpeg, quantiser } from './jpeg';
import { drawScene, type Scene } from './scene';

/** Sides of the thumbnail in pixels, multiples of 16. */
const thumbnailSize = { width: 240, height: 160 } as const;
/** Coefficients of each Y block, after the first, that are grain. */
const grain = 24;

/** A picture in which the scene has one colour for each block of 8 x 8 pixels, under grain that does not compress. */
export function grainyJpeg(
  scene: Scene,
  size: Readonly<{ width: number; height: number }>,
  segments: readonly Uint8Array[],
): Uint8Array {
  const columns = size.width / 8;
  const colours = drawScene(scene, columns, size.height / 8);
  const random = randomBits(scene.seed);
  return encodeJpeg(size, segments, (component, x, y, out) => {
    const step = component === 0 ? 1 : 2;
    out[0] = Math.round(channel(colours, (y * columns + x) * step * 3, component) * (8 / quantiser.dc));
    if (component !== 0) return 1;
    for (let i = 1, bits = random(); i <= grain; i++, bits >>>= 1) out[i] = (bits & 1) * 2 - 1;
    return 1 + grain;
  });
}

/** The scene as cameras store it in IFD1. */
export function thumbnailJpeg(scene: Scene): Uint8Array {
  const { width } = thumbnailSize;
  const colours = drawScene(scene, width, thumbnailSize.height);
  const samples = new Float64Array(64);
  const coefficients: BlockCoefficients = (component, x, y, out) => {
    const step = component === 0 ? 1 : 2;
    for (let i = 0; i < 64; i++) {
      const [row, column] = [(y * 8 + (i >> 3)) * step, (x * 8 + (i & 7)) * step];
      samples[i] = channel(colours, (row * width + column) * 3, component);
    }
    transform(samples, out);
    return 64;
  };
  return encodeJpeg(thumbnailSize, [], coefficients);
}

/** Y, Cb or Cr of the colour at an index, less 128 [JFIF 1.02]. */
function channel(colours: Uint8Array, at: number, component: Component): number {
  const [red = 0, green = 0, blue = 0] = [colours[at], colours[at + 1], colours[at + 2]];
  if (component === 0) return 0.299 * red + 0.587 * green + 0.114 * blue - 128;
  if (component === 1) return -0.1687 * red - 0.3313 * green + 0.5 * blue;
  return 0.5 * red - 0.4187 * green - 0.0813 * blue;
}

/** `cosines[u * 8 + x]`, with the factor of the transform. */
const cosines = Float64Array.from({ length: 64 }, (_, i) => {
  const [u, x] = [i >> 3, i & 7];
  return (u === 0 ? Math.SQRT1_2 : 1) * 0.5 * Math.cos(((2 * x + 1) * u * Math.PI) / 16);
});

/** The index in rows of each coefficient in zigzag order: along the diagonals, in turns up and down. */
const zigzag = Array.from({ length: 64 }, (_, i) => i).sort((a, b) => {
  const [sumA, sumB] = [(a >> 3) + (a & 7), (b >> 3) + (b & 7)];
  if (sumA !== sumB) return sumA - sumB;
  return sumA % 2 === 0 ? b - a : a - b;
});

/** The quantised cosine transform of 8 x 8 samples [T.81 A.3.3]. */
function transform(samples: Float64Array, out: Int16Array): void {
  zigzag.forEach((index, i) => {
    const [v, u] = [index >> 3, index & 7];
    let sum = 0;
    for (let y = 0; y < 8; y++) {
      let row = 0;
      for (let x = 0; x < 8; x++) row += (samples[y * 8 + x] ?? 0) * (cosines[u * 8 + x] ?? 0);
      sum += row * (cosines[v * 8 + y] ?? 0);
    }
    out[i] = Math.round(sum / (i === 0 ? quantiser.dc : quantiser.ac));
  });
}

/** 32 bits for each call, always the same ones for a seed (xorshift32 of G. Marsaglia). */
export function randomBits(seed: number): () => number {
  let state = seed * 2_654_435_761 + 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state;
  };
}
