// The parameters that name an operation, by the documents of the wire contract and not by lib/http/operation.ts.

/** In lower case: a signature of COS covers no letter case. */
export const operationNames = new Set([
  'exif',
  'metadata',
  'imageinfo',
  'imageave',
  'ci-process',
  'x-oss-process',
  'x-image-process',
]);

/** Names of operations that are answered, in this letter case only. */
export const answeredOperation = /^((exif|metadata)(\/|$)|imageInfo$|(x-oss|x-image|ci)-process$)/;

/** The parameter whose operations must be signed, whatever the settings say. */
export const alwaysSigned = 'ci-process';

/** The values that an operation may have. */
export function neededValues(name: string): readonly string[] {
  if (name === alwaysSigned) return ['ImageAIGCMetadata', 'videoinfo'];
  return [name.endsWith('-process') ? 'image/info' : ''];
}
