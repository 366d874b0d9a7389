// All targets, in the order in which they are run.
import { join } from 'node:path';
import { judgeBy } from '../hostile/judge';
import { keysTarget, policyTarget } from './access-targets';
import { batchTarget } from './batch-target';
import { blockTargets } from './block-targets';
import { c2paTarget } from './c2pa-target';
import { imageTargets, sparseTarget } from './image-targets';
import { metadataTarget, previewTarget } from './metadata-target';
import { requestTargets } from './request-targets';
import type { Target } from './target';
import { thumbnailTarget } from './thumbnail-target';
import { ifdTarget, styleTarget } from './tiff-targets';
import { videoTarget } from './video-target';
import { xmpTarget } from './xmp-target';

/** The targets; `root` is the folder of the project, which has samples/ and docs/schema/. */
export function allTargets(root: string): readonly Target[] {
  const judge = judgeBy(join(root, 'docs', 'schema'));
  return [
    ...imageTargets(judge, root),
    sparseTarget(judge),
    ifdTarget(),
    styleTarget(judge),
    thumbnailTarget(),
    policyTarget(),
    keysTarget(),
    batchTarget(),
    xmpTarget(),
    c2paTarget(),
    videoTarget(),
    ...blockTargets(),
    metadataTarget(),
    previewTarget(),
    ...requestTargets(),
  ];
}
