// The limits of previews.
const MiB = 1024 ** 2;

/**
 * Bytes of a preview, unless EXIF_MAX_PREVIEW_BYTES sets another number. As base64 it grows by a third: the reply of a Lambda or
 * SCF function may have 6 MB. Largest real: 5.1 MiB, the JPEG of full size in a DNG.
 */
export const maxPreviewBytes = 4 * MiB;
/** The greatest value of the setting. */
export const mostPreviewBytes = 64 * MiB;
/** Places in an image that may have a preview. Largest real: 8. */
export const maxPreviewPlaces = 64;
/** Previews that are read to find one that can be shown: the largest one first. Largest real need: 1. */
export const maxPreviewTries = 3;
/** Sections of an X3F in which a JPEG is looked for. Largest real: 3. */
export const maxX3fSections = 4;
/**
 * A preview is decoded when it is turned: pixels and seconds. A decoder takes 3 bytes per pixel. Previews are larger only when
 * they have the full size of the image: a smaller one is turned instead.
 */
export const turnedPreview = { pixels: 8 * MiB, seconds: 5 } as const;
