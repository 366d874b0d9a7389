// Converts the JSON of any style to groups of rows: a name, a text, and the other facts that the style has about a tag.

/** `id` and `type` are there when the style has them. */
export type Row = Readonly<{ name: string; text: string; id: string; type: string }>;
export type Group = Readonly<{ name: string; rows: readonly Row[] }>;

type Members = Readonly<Record<string, unknown>>;

/** Characters of one value that are shown. The JSON view has the complete value. */
const maxShown = 2_000;
/** Rows of one answer that are shown. A real picture has at most 240. */
export const maxRows = 2_000;

/** True for a JSON object. */
export function isObject(json: unknown): json is Members {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/** The tags in `json`, by IFD. `ifds` has the IFD of each name, for styles that do not have it. */
export function toGroups(json: unknown, ifds: ReadonlyMap<string, string>): readonly Group[] {
  const groups = new Map<string, Row[]>();
  let left = maxRows;
  const add = (group: string, row: Row): void => {
    if (left-- <= 0) return;
    const rows = groups.get(group);
    if (rows === undefined) groups.set(group, [row]);
    else rows.push(row);
  };
  if (!isObject(json)) return [];
  if (isObject(json['ifds'])) addTyped(json, add);
  else addPlain(json, ifds, add);
  return [...groups].map(([name, rows]) => ({ name, rows }));
}

type Add = (group: string, row: Row) => void;

function addTyped(json: Members, add: Add): void {
  for (const [name, value] of Object.entries(isObject(json['derived']) ? json['derived'] : {})) {
    add('Derived', { name, text: cutValue(valueText(value)), id: '', type: '' });
  }
  for (const [ifd, tags] of Object.entries(isObject(json['ifds']) ? json['ifds'] : {})) {
    for (const tag of Array.isArray(tags) ? tags : []) if (isObject(tag)) add(ifd, typedRow(tag));
  }
}

function typedRow(tag: Members): Row {
  const id = `0x${Number(tag['id']).toString(16).padStart(4, '0')}`;
  const type = String(tag['type'] ?? '');
  const count = Number(tag['count']);
  return {
    name: typeof tag['name'] === 'string' ? tag['name'] : id,
    text: cutValue(typedText(tag, type)),
    id,
    type: `${type}${count > 1 ? ` × ${count}` : ''}${typeof tag['charset'] === 'string' ? `, ${tag['charset']}` : ''}`,
  };
}

function typedText(tag: Members, type: string): string {
  const { value, base64 } = tag;
  if (tag['omitted'] === true) return 'not shown here: too long, or left unread';
  if (typeof base64 === 'string') return base64;
  if (!type.endsWith('RATIONAL') || !Array.isArray(value)) return valueText(value);
  const pairs: readonly unknown[] = value.every((part) => Array.isArray(part)) ? value : [value];
  return pairs.map((pair) => (Array.isArray(pair) ? pair.join('/') : valueText(pair))).join(' ');
}

/** Styles without types: a member is a text, `{val}` or `{value}`, or a group of them. */
function addPlain(json: Members, ifds: ReadonlyMap<string, string>, add: Add): void {
  for (const [name, value] of Object.entries(json)) {
    const inner = isObject(value) ? (value['val'] ?? value['value']) : value;
    if (inner === undefined && isObject(value)) {
      for (const [part, text] of Object.entries(value)) add(name, plainRow(part, text));
    } else {
      const type = isObject(value) && typeof value['type'] === 'number' ? `type ${value['type']}` : '';
      add(ifds.get(name) ?? 'Picture', { ...plainRow(name, inner), type });
    }
  }
}

function plainRow(name: string, value: unknown): Row {
  return {
    name,
    text: cutValue(valueText(isObject(value) ? (value['val'] ?? value['value'] ?? value) : value)),
    id: '',
    type: '',
  };
}

/** A value as text: an array of plain values with blanks between them, any other array or object as JSON. */
export function valueText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((part) => typeof part !== 'object')) return value.join(' ');
  return JSON.stringify(value) ?? '';
}

/** `text`, cut when it is too long to be shown. */
export function cutValue(text: string): string {
  return text.length <= maxShown ? text : `${text.slice(0, maxShown).toWellFormed()} …`;
}

/** The IFD of each name in an answer of the style `typed`. When several IFDs have a name, the first one counts. */
export function ifdsOf(typed: unknown): ReadonlyMap<string, string> {
  const ifds = new Map<string, string>();
  for (const { name: ifd, rows } of isObject(typed) && isObject(typed['ifds']) ? toGroups(typed, ifds) : []) {
    if (ifd === 'Derived') continue;
    for (const { name } of rows) if (!ifds.has(name)) ifds.set(name, ifd);
  }
  return ifds;
}

/** The groups with the rows that contain all the words of `words`. */
export function filterGroups(groups: readonly Group[], words: string): readonly Group[] {
  const wanted = words
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const fits = (group: string, { name, text, id }: Row): boolean => {
    const hay = `${group} ${name} ${id} ${text}`.toLowerCase();
    return wanted.every((word) => hay.includes(word));
  };
  return groups
    .map(({ name, rows }) => ({ name, rows: rows.filter((row) => fits(name, row)) }))
    .filter(({ rows }) => rows.length > 0);
}

/** Rows of all groups. */
export function countRows(groups: readonly Group[]): number {
  return groups.reduce((sum, { rows }) => sum + rows.length, 0);
}
