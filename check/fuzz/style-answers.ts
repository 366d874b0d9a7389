// What is wrong with the answers that the styles make of a record.
import { imageInfo, styles } from '../../lib/style';
import { showsOnly } from '../../lib/style/only';
import type { ExifRecord, Style } from '../../lib/types';
import { type Judge, judgeBody } from '../hostile/judge';

const everyStyle: readonly Style[] = [...styles.values(), imageInfo];

/** One style of the record, another one for each input: JSON, well-formed, not too long. */
export async function judgeOneStyle(record: ExifRecord, pick: number): Promise<readonly string[]> {
  const style = everyStyle[pick % everyStyle.length];
  if (style === undefined) return [];
  return judgeBody(await style.render(record)).map((wrong) => `${style.name}: ${wrong}`);
}

/** Every style of the record, and of some of its tags only: JSON that is valid against the style's schema. */
export async function judgeEveryStyle(record: ExifRecord, judge: Judge): Promise<readonly string[]> {
  const tags = (record.document?.entries ?? []).map(({ tag }) => `0x${tag.toString(16).padStart(4, '0')}`);
  const some = showsOnly(tags.filter((_, i) => i % 3 === 0));
  for (const style of everyStyle) {
    const asked = { query: style.name, schema: style.name };
    for (const shows of [undefined, some]) {
      const body = await style.render(record, shows);
      const [reason] = judge(asked, { status: 200, headers: {}, body });
      // One fault is wrong in several styles: the first one is enough.
      if (reason !== undefined) return [`${style.name}${shows === undefined ? '' : ', some tags'}: ${reason}`];
    }
  }
  return [];
}
