// Converts the JSON of any style to sections of rows, for a table.

/** A tag and its text. Both must be escaped before they are shown on a terminal. */
export type TableRow = readonly [name: string, text: string];
/** Rows under a title; the title is '' for rows without a group. */
export type Section = Readonly<{ title: string; rows: readonly TableRow[] }>;

type Members = Readonly<Record<string, unknown>>;

/** Rows without a group first, then the groups in their order. Groups without a row are left out. */
export function toSections(json: string): readonly Section[] {
  const rows: TableRow[] = [];
  const groups: Section[] = [];
  for (const [name, value] of Object.entries(JSON.parse(json) as Members)) {
    if (isMembers(value) && !hasText(value)) groups.push(...toGroups(name, value));
    else rows.push(...toRow(name, value));
  }
  return [{ title: '', rows }, ...groups].filter((section) => section.rows.length > 0);
}

/** The sections of a group of tags, or of a group of IFDs with lists of tags. */
function toGroups(title: string, value: Members): readonly Section[] {
  const members = Object.entries(value);
  const lists = members.filter(([, list]) => Array.isArray(list) && list.length > 0 && list.every(isTypedTag));
  const own = members.filter((member) => !lists.includes(member));
  return [
    { title, rows: own.flatMap(([name, member]) => toRow(name, member)) },
    ...lists.map(([name, list]) => ({ title: name, rows: (list as Members[]).flatMap(tagRow) })),
  ];
}

function toRow(name: string, value: unknown): readonly TableRow[] {
  if (isEmpty(value)) return [];
  return [[name, toText(hasText(value) ? (value['val'] ?? value['value']) : value)]];
}

/** The text in a member of `cos` and `qiniu` (`val`) or `oss` (`value`). */
function hasText(value: unknown): value is Members {
  return isMembers(value) && [value['val'], value['value']].some((text) => typeof text === 'string');
}

/** A tag of the style `typed`. */
function tagRow(tag: Members): readonly TableRow[] {
  const name = typeof tag['name'] === 'string' ? tag['name'] : `0x${Number(tag['id']).toString(16).padStart(4, '0')}`;
  if ('value' in tag) return [[name, toText(tag['value'])]];
  return [[name, 'base64' in tag ? byteCount(tag) : '(not shown)']];
}

function byteCount({ count }: Members): string {
  return count === 1 ? '1 byte' : `${String(count)} bytes`;
}

function isTypedTag(value: unknown): boolean {
  return isMembers(value) && 'id' in value && 'type' in value;
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEmpty(value: unknown): boolean {
  return value === null || (Array.isArray(value) && value.length === 0);
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
