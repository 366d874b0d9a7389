// Rows of the blocks next to the EXIF: nested values become rows with the path as their name.
import { cutValue, isObject, maxRows, type Row, valueText } from './rows';

/** Levels of a value that get rows; deeper ones are shown as JSON. */
const maxDepth = 16;

/** The rows of a value, at most `maxRows`. Members that are null are left out; an object of plain values is one row. */
export function rowsOf(value: unknown, name = ''): readonly Row[] {
  return rowsAt(value, name, 0).slice(0, maxRows);
}

function rowsAt(value: unknown, name: string, depth: number): readonly Row[] {
  if (value === null || value === undefined) return [];
  if (depth >= maxDepth || isPlain(value)) return [row(name, valueText(value))];
  if (Array.isArray(value)) {
    const items = value.slice(0, maxRows);
    if (value.every(isPlain)) return items.length === 0 ? [] : [row(name, items.join(', '))];
    return items.flatMap((item, at) => rowsAt(item, `${name} ${at + 1}`, depth + 1));
  }
  const members = Object.entries(value).filter(([, member]) => member !== null);
  if (name !== '' && members.every(([, member]) => isPlain(member))) {
    return members.length === 0 ? [] : [row(name, members.map((member) => member.join(': ')).join('\n'))];
  }
  return members.flatMap(([part, member]) => rowsAt(member, name === '' ? part : `${name} / ${part}`, depth + 1));
}

function isPlain(value: unknown): boolean {
  return typeof value !== 'object';
}

function row(name: string, text: string): Row {
  return { name, text: cutValue(text), id: '', type: '' };
}

/** A value of XMP in the form of `metadata/style/typed`, without the kinds of its lists. */
export function plainXmp(value: unknown, depth = 0): unknown {
  if (!isObject(value) || depth >= maxDepth) return value;
  const list = value['bag'] ?? value['seq'];
  if (Array.isArray(list)) return list.slice(0, maxRows).map((item) => plainXmp(item, depth + 1));
  const { alt, fields, qualifiers } = value;
  if (isObject(alt)) {
    const texts = Object.entries(alt);
    return texts.length === 1 && texts[0]?.[0] === 'x-default' ? texts[0][1] : alt;
  }
  if (isObject(fields)) return plainMembers(fields, depth);
  if (!isObject(qualifiers)) return value;
  return { value: plainXmp(value['value'], depth + 1), ...plainMembers(qualifiers, depth) };
}

function plainMembers(members: Readonly<Record<string, unknown>>, depth: number): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [name, plainXmp(value, depth + 1)]));
}
