// The answers to `?metadata`: which blocks they need, and how they show them.
import { type BlockName, blockNames } from '../block/block';
import { ProblemError } from '../problem';
import { flatNames, renderFlat } from './flat';
import { meantName } from './meant-name';
import type { MetadataRecord } from './record';
import { renderTyped } from './typed';

/** An answer as `View` of lib/http/operation.ts needs it. `thumbnail`: it needs the size of the thumbnail in the EXIF. */
export type MetadataAnswer = Readonly<{
  id: string;
  wanted: ReadonlySet<BlockName>;
  thumbnail?: true;
  type: string;
  render(record: MetadataRecord): string | Promise<string>;
}>;

const styles = ['flat', 'typed'] as const;
const allBlocks: ReadonlySet<BlockName> = new Set(blockNames);

/**
 * The answer in a style (default: `flat`). `only` is a comma-separated list of blocks, and for `flat` also of members. Throws
 * ProblemError `OperationUnknown` for an unknown style or name.
 */
export function metadataContent(style: string = 'flat', only?: string): MetadataAnswer {
  if (!styles.some((name) => name === style))
    throw unknown(`Unknown style. Styles of the metadata: ${styles.join(', ')}.`);
  const asked = only?.split(',') ?? null;
  if (asked !== null) checkNames(asked, style === 'flat');
  const names = asked === null ? null : [...new Set(asked)].sort();
  const selection = names === null ? everything : selectionOf(names);
  const id = `metadata/${style}${names === null ? '' : `/only/${names.join(',')}`}`;
  const render = style === 'flat' ? renderFlat : renderTyped;
  return {
    id,
    wanted: selection.wanted,
    type: 'application/json',
    render: (record) => render(record, selection.members),
  };
}

/** The blocks to read, and the members of `flat` to show; null = all. */
type Selection = Readonly<{ wanted: ReadonlySet<BlockName>; members: ReadonlySet<string> | null }>;

const everything: Selection = { wanted: allBlocks, members: null };

/** A member may come from any block, so with one in the list all blocks are read. */
function selectionOf(names: readonly string[]): Selection {
  const blocks = names.filter(isBlock);
  const members = names.filter((name) => !isBlock(name));
  if (members.length === 0) return { wanted: new Set(blocks), members: null };
  if (blocks.length > 0) throw unknown('metadata/only takes names of blocks or names of members, not both.');
  return { wanted: allBlocks, members: new Set(members) };
}

/** The message has the position of a wrong name and not the name, because answers repeat no text of a query. */
function checkNames(names: readonly string[], isFlat: boolean): void {
  const known = [...blockNames, ...(isFlat ? flatNames : [])];
  const at = names.findIndex((name) => !known.includes(name));
  if (at < 0) return;
  const meant = meantName(names[at] ?? '', known);
  const hint = meant === null ? '.' : `, did you mean ${meant}?`;
  const wrong = `Name ${at + 1} in metadata/only is not the name of a block${isFlat ? ' or of a member' : ''}${hint}`;
  const members = isFlat
    ? 'Members: title, keywords, takenAt and others in docs/metadata.md.'
    : 'Only the style flat takes members.';
  throw unknown(`${wrong} Blocks: ${blockNames.join(', ')}. ${members}`);
}

function isBlock(name: string): name is BlockName {
  return blockNames.some((known) => known === name);
}

function unknown(safeDetail: string): ProblemError {
  return new ProblemError('OperationUnknown', 'The operation asks for unknown metadata', { safeDetail });
}
