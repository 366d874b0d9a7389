// All that answers with a record as JSON: the styles, and `imageInfo`, which is an operation of its own.
import { imageInfo, styles } from '../../../lib/style';
import type { Style } from '../../../lib/types';

export const everyStyle: readonly Style[] = [...styles.values(), imageInfo];
