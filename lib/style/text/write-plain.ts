// Writes a value as `plainText` shows it, without a text in between for the types of nearly all values.
import { maxValueText } from '../../limits';
import { DOUBLE, FLOAT, isTextType, SBYTE } from '../../tiff/type';
import type { Rational, TagEntry } from '../../types';
import type { JsonWriter } from './json-writer';
import { isCommentTag, plainText } from './plain-text';

/**
 * Writes the text of an entry as the inside of a JSON string. False when it has no text, or one of more than `maxValueText`
 * characters: then what was written is to be cut.
 */
export function writePlain(writer: JsonWriter, entry: TagEntry, littleEndian: boolean): boolean {
  const { value, type } = entry;
  if (value === null) return false;
  if (!(value instanceof Uint8Array)) {
    if (type !== FLOAT && type !== DOUBLE) return writeParts(writer, value);
  } else if (isTextType(type)) {
    const length = writer.string(value, maxValueText + 1);
    if (length !== null) return length <= maxValueText;
  } else if (type !== SBYTE && !isCommentTag(entry)) {
    return writeParts(writer, value);
  }
  const text = plainText(entry, littleEndian);
  return text !== null && writeShort(writer, text);
}

/** Writes any text; false when it is too long. */
export function writeShort(writer: JsonWriter, text: string): boolean {
  writer.json(JSON.stringify(text).slice(1, -1));
  return text.length <= maxValueText;
}

/** Writes whole numbers and rationals, separated by one space. */
function writeParts(writer: JsonWriter, parts: Uint8Array | readonly (number | Rational)[]): boolean {
  const start = writer.length();
  for (let i = 0; i < parts.length && writer.length() - start <= maxValueText; i++) {
    const part = parts[i] as number | Rational;
    if (i > 0) writer.ascii(' ');
    if (typeof part === 'number') writer.whole(part);
    else {
      writer.whole(part[0]);
      writer.ascii('/');
      writer.whole(part[1]);
    }
  }
  return writer.length() - start <= maxValueText;
}
