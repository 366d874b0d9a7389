// Modules that have no types of their own.

/** Made by page/build.mjs from world-atlas. */
declare module 'page:land' {
  /** An SVG path in tenths of a degree: x to the east, y to the south of 0° 0°. */
  export const land: string;
}
