// The parameters that name an operation, by the documents of the wire contract and not by lib/http/operation.ts.

import { cosName } from '../../testing/auth/signer';

/** In lower case: a signature of COS covers no letter case. Names with a slash are operations too. */
const operationNames: readonly string[] = ['exif', 'imageinfo', 'imageave', 'x-oss-process', 'x-image-process'];
/** Operations only in a request without another one: such requests were answered before these operations existed. */
const newerNames: readonly string[] = ['metadata', 'ci-process'];

/** The parameters of a request that are operations. */
export function operationsOf<Param extends Readonly<{ name: string }>>(params: readonly Param[]): readonly Param[] {
  const older = params.filter(({ name }) => operationNames.includes(cosName(name)) || name.includes('/'));
  return older.length > 0 ? older : params.filter(({ name }) => newerNames.includes(cosName(name)));
}

/** Names of operations that are answered, in this letter case only. */
export const answeredOperation = /^((exif|metadata)(\/|$)|imageInfo$|(x-oss|x-image|ci)-process$)/;

/** The parameter whose operations must be signed, whatever the settings say. */
export const alwaysSigned = 'ci-process';

/** The values that an operation may have. */
export function neededValues(name: string): readonly string[] {
  if (name === alwaysSigned) return ['ImageAIGCMetadata', 'videoinfo'];
  return [name.endsWith('-process') ? 'image/info' : ''];
}
