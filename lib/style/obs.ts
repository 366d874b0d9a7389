// The body of `x-image-process=image/info` of Huawei Cloud OBS: format, height, size and width, sorted by name. Its documents
// say that it returns the whole EXIF, but not in which form. Here it is a further member, `exif`.
import { maxValueText } from '../limits';
import { entriesByName, tagName } from '../tag/lookup';
import type { ExifDocument, ExifRecord, IfdPath, Style, TagFilter } from '../types';
import { shownSize } from './derived/shown-image';
import { showsAll } from './only';
import { answerBudget } from './text/answer-budget';
import { quote } from './text/json-text';
import { plainText } from './text/plain-text';

const merged: readonly IfdPath[] = ['IFD0', 'Exif', 'GPS', 'Interop'];

export const obs = { name: 'obs', render } as const satisfies Style;

/**
 * The JSON text of a record, at most `maxAnswerBytes` of UTF-8. The members about the image are always present; `shows` selects
 * the tags.
 */
function render({ stat, shape, container, document }: ExifRecord, shows: TagFilter = showsAll): string {
  const { width, height } = shownSize(shape);
  const format = (shape.format ?? container).toUpperCase();
  const own = JSON.stringify({
    format,
    ...(height === null ? {} : { height }),
    size: stat.size,
    ...(width === null ? {} : { width }),
  });
  const fits = answerBudget();
  fits(`"exif":{}${own}`);
  const exif = (document === null ? [] : tagTexts(document, shows)).filter(fits);
  return exif.length === 0 ? own : `{"exif":{${exif.join(',')}},${own.slice(1)}`;
}

/** `"<Name>":"<text>"` for each tag, sorted by name. Texts are those of the default style, but ColorSpace is a number. */
function tagTexts(document: ExifDocument, shows: TagFilter): string[] {
  const tags = [...entriesByName(document.entries.filter(shows), merged, tagName)];
  return tags
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, entry]) => {
      const text = plainText(entry, document.littleEndian);
      const isShown = text !== null && text.length <= maxValueText;
      return isShown ? [`${quote(name)}:${quote(text)}`] : [];
    });
}
