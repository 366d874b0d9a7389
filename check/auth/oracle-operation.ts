// The parameters that name an operation, by the documents of the wire contract and not by lib/http/operation.ts.

/** In lower case: a signature of COS covers no letter case. */
export const operationNames = new Set(['exif', 'imageinfo', 'imageave', 'x-oss-process', 'x-image-process']);

/** Names of operations that are answered, in this letter case only. */
export const answeredOperation = /^(exif(\/|$)|imageInfo$|x-(oss|image)-process$)/;

/** The value that an operation must have. */
export function neededValue(name: string): string {
  return name.endsWith('-process') ? 'image/info' : '';
}
