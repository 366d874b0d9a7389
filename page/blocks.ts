// The blocks next to the EXIF as tabs: what they say, and where in the file they are.
import { plainXmp, rowsOf } from './block-rows';
import { sizeText } from './facts';
import { type Group, isObject, type Row } from './rows';
import type { StyleAnswer } from './source';

/** A tab: its rows, notes above them, its JSON, and the operation that asks for it. */
export type BlockTab = Readonly<{
  id: string;
  label: string;
  notes: readonly string[];
  groups: readonly Group[];
  text: string;
  operation: string;
}>;

/** The answers `metadata` and `metadata/style/typed` of one object. */
export type MetadataAnswers = Readonly<{ flat: StyleAnswer; typed: StyleAnswer }>;

type Members = Readonly<Record<string, unknown>>;
type BlockView = Readonly<{ label: string; groups(block: unknown): readonly Group[] }>;

/** Notes of one kind in one tab. */
const maxNotes = 8;

const one = (label: string): BlockView => ({ label, groups: (block) => [{ name: label, rows: rowsOf(block) }] });

/** The blocks by their names in the answer, in the order of the tabs. */
const views: ReadonlyMap<string, BlockView> = new Map<string, BlockView>([
  ['xmp', { label: 'XMP', groups: xmpGroups }],
  ['iptc', { label: 'IPTC', groups: iptcGroups }],
  ['icc', one('ICC')],
  ['c2pa', { label: 'C2PA', groups: c2paGroups }],
  ['text', { label: 'PNG text', groups: textGroups }],
  ['makernote', one('Maker note')],
  ['mpf', one('MPF')],
  ['gainmap', one('Gain map')],
  ['motion', one('Motion photo')],
]);

/** The tabs of an object: its summary, then each block that it has. */
export function toTabs({ flat, typed }: MetadataAnswers): readonly BlockTab[] {
  const summary = {
    id: 'summary',
    label: 'Summary',
    notes: textNotes(membersOf(flat.json)['warnings'], 'Warning'),
    groups: summaryGroups(membersOf(flat.json)),
    text: flat.text,
    operation: 'metadata',
  };
  return [summary, ...toBlockTabs(typed.json)];
}

/** The tab of each block in an answer of the style `typed`. */
export function toBlockTabs(json: unknown): readonly BlockTab[] {
  const typed = membersOf(json);
  const blocks = new Map(Object.entries(membersOf(typed['blocks'])));
  const tabs = [...views].flatMap(([id, { label, groups }]): BlockTab[] => {
    const block = blocks.get(id);
    if (block === undefined) return [];
    const isOmitted = isObject(block) && block['omitted'] === true;
    return [
      {
        id,
        label,
        notes: [
          ...signatureNotes(id, block),
          ...placeNotes(id, typed['places']),
          ...(isOmitted ? ['It is too long to be shown here.'] : []),
          ...textNotes(
            listOf(typed['blockWarnings'])
              .filter(({ block: of }) => of === id)
              .map(({ detail }) => detail),
            'Damaged',
          ),
        ],
        groups: isOmitted ? [] : groups(block).filter(({ rows }) => rows.length > 0),
        text: JSON.stringify(block),
        operation: `metadata/style/typed/only/${id}`,
      },
    ];
  });
  return [...(isObject(typed['video']) ? [videoTab(typed['video'])] : []), ...tabs];
}

function membersOf(json: unknown): Members {
  return isObject(json) ? json : {};
}

function listOf(json: unknown): readonly Members[] {
  return Array.isArray(json) ? json.filter(isObject) : [];
}

/** The merged members, each with the place that it comes from. */
function summaryGroups({ sources, tags, warnings: _, ...members }: Members): readonly Group[] {
  const from = new Map(Object.entries(membersOf(sources)));
  const rows = Object.entries(members).flatMap(([name, value]) =>
    rowsOf(value, name).map((row) => ({ ...row, type: String(from.get(name) ?? '') })),
  );
  const groups = [
    { name: 'All blocks together', rows },
    { name: 'Other EXIF tags', rows: rowsOf(tags) },
  ];
  return groups.filter((group) => group.rows.length > 0);
}

/** A group for each prefix. */
function xmpGroups(block: unknown): readonly Group[] {
  const byPrefix = new Map<string, Row[]>();
  for (const [name, value] of Object.entries(membersOf(membersOf(block)['properties']))) {
    const prefix = name.slice(0, Math.max(name.indexOf(':'), 0));
    const rows = rowsOf(plainXmp(value), name);
    byPrefix.set(prefix, [...(byPrefix.get(prefix) ?? []), ...rows]);
  }
  return [...byPrefix].map(([prefix, rows]) => ({ name: prefix === '' ? 'XMP' : prefix, rows }));
}

function iptcGroups(block: unknown): readonly Group[] {
  const { datasets, ...about } = membersOf(block);
  const rows = listOf(datasets).map(({ record, dataset, name, text, base64 }): Row => {
    const id = `${record}:${String(dataset).padStart(2, '0')}`;
    const [row] = rowsOf(text ?? base64, String(name ?? id));
    return { name: String(name ?? id), text: row?.text ?? '', id, type: text === undefined ? 'base64' : '' };
  });
  return [
    { name: 'IPTC', rows },
    { name: 'Character code', rows: rowsOf(about) },
  ];
}

function c2paGroups(block: unknown): readonly Group[] {
  const { manifests, active } = membersOf(block);
  return listOf(manifests).map((manifest, at) => {
    const isActive = manifest['label'] === active && listOf(manifests).length > 1;
    return { name: `Manifest ${at + 1}${isActive ? ' (active)' : ''}`, rows: rowsOf(manifest) };
  });
}

function textGroups(block: unknown): readonly Group[] {
  const rows = listOf(block).flatMap(({ keyword, chunk, text, omitted }) =>
    rowsOf(omitted === true ? 'not shown here: too long' : text, String(keyword)).map((row) => ({
      ...row,
      type: String(chunk),
    })),
  );
  return [{ name: 'PNG text', rows }];
}

function videoTab(video: Members): BlockTab {
  const { tracks, texts, warnings, ...members } = video;
  const named = listOf(texts).flatMap(({ name, value, track }) =>
    rowsOf(value, String(name)).map((row) => ({ ...row, type: track === undefined ? '' : `track ${track}` })),
  );
  const groups = [
    { name: 'Video', rows: rowsOf(members) },
    { name: 'Texts', rows: named },
    ...listOf(tracks).map((track, at) => ({ name: `Track ${at + 1}`, rows: rowsOf(track) })),
  ];
  return {
    id: 'video',
    label: 'Video',
    notes: textNotes(warnings, 'Damaged'),
    groups: groups.filter(({ rows }) => rows.length > 0),
    text: JSON.stringify(video),
    operation: 'metadata/style/typed',
  };
}

/** What a reader must know of C2PA: anybody can write such claims, and only a check of the signature says who did. */
function signatureNotes(id: string, block: unknown): readonly string[] {
  if (id !== 'c2pa') return [];
  const isSigned = listOf(membersOf(block)['manifests']).some(({ hasSignature }) => hasSignature === true);
  return [isSigned ? 'A signature is present. It was not checked.' : 'No signature is present.'];
}

function placeNotes(id: string, places: unknown): readonly string[] {
  if (id === 'makernote') return ['From the EXIF tag MakerNote.'];
  const own = listOf(places).filter(({ block }) => block === id);
  const notes = own.slice(0, maxNotes).map(({ offset, size }) => {
    const length = sizeText(Number(size));
    if (typeof offset !== 'number') return `${length}, compressed or in several pieces.`;
    return `${length} from byte ${offset.toLocaleString('en')} of the file.`;
  });
  return own.length > maxNotes ? [...notes, `And ${own.length - maxNotes} more places.`] : notes;
}

function textNotes(texts: unknown, kind: string): readonly string[] {
  const list: readonly unknown[] = Array.isArray(texts) ? texts.slice(0, maxNotes) : [];
  return list.map((text) => `${kind}: ${String(text).slice(0, 300).toWellFormed()}`);
}
