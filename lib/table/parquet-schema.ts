// The schema of a Parquet file of rows [Parquet format, LogicalTypes.md].
import { type ColumnType, columns } from './columns';
import type { LeafKind, LeafShape } from './leaf';

/** An element of the schema, in the names of hyparquet. `num_children`: the elements after it that are below it. */
export type SchemaElement = Readonly<{
  name: string;
  type?: 'BYTE_ARRAY' | 'INT32' | 'INT64' | 'DOUBLE' | 'BOOLEAN';
  repetition_type?: 'REQUIRED' | 'OPTIONAL' | 'REPEATED';
  num_children?: number;
  converted_type?: 'UTF8' | 'LIST' | 'MAP' | 'TIMESTAMP_MICROS';
  logical_type?:
    | Readonly<{ type: 'STRING' | 'LIST' | 'MAP' }>
    | Readonly<{ type: 'TIMESTAMP'; isAdjustedToUTC: boolean; unit: 'MICROS' }>;
}>;

const text = { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } } as const;

/**
 * The elements of each type, without the name of the column. Old readers take the converted type; it has no time without a zone,
 * so `local` has none. Iceberg needs microseconds.
 */
const elements: Readonly<Record<ColumnType, readonly [Omit<SchemaElement, 'name'>, ...SchemaElement[]]>> = {
  text: [text],
  int32: [{ type: 'INT32' }],
  int64: [{ type: 'INT64' }],
  double: [{ type: 'DOUBLE' }],
  boolean: [{ type: 'BOOLEAN' }],
  instant: [
    {
      type: 'INT64',
      converted_type: 'TIMESTAMP_MICROS',
      logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MICROS' },
    },
  ],
  local: [{ type: 'INT64', logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: false, unit: 'MICROS' } }],
  texts: [
    { num_children: 1, converted_type: 'LIST', logical_type: { type: 'LIST' } },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', repetition_type: 'REQUIRED', ...text },
  ],
  map: [
    { num_children: 1, converted_type: 'MAP', logical_type: { type: 'MAP' } },
    { name: 'key_value', repetition_type: 'REPEATED', num_children: 2 },
    { name: 'key', repetition_type: 'REQUIRED', ...text },
    { name: 'value', repetition_type: 'REQUIRED', ...text },
  ],
};

/** Every column may be null: a reader then needs no rule for one that an older file does not have. */
export const schema: readonly SchemaElement[] = [
  { name: 'images', num_children: columns.length },
  ...columns.flatMap(({ name, type }) => {
    const [first, ...below] = elements[type];
    return [{ name, repetition_type: 'OPTIONAL' as const, ...first }, ...below];
  }),
];

/** A leaf of the schema: its path from the root, how it is stored, and its physical type. */
export type LeafPlace = Readonly<{
  path: readonly string[];
  shape: LeafShape;
  type: NonNullable<SchemaElement['type']>;
}>;

const kinds: Readonly<Record<ColumnType, LeafKind>> = {
  text: 'text',
  int32: 'int32',
  int64: 'int64',
  double: 'double',
  boolean: 'boolean',
  instant: 'micros',
  local: 'micros',
  texts: 'text',
  map: 'text',
};

/** The leaves of a column, in the order of the schema. */
export function leavesOf(name: string, type: ColumnType): readonly LeafPlace[] {
  const kind = kinds[type];
  const [{ type: physical = 'BYTE_ARRAY' }] = elements[type];
  const one = { repeats: 0, defines: 1, kind } as const;
  const many = { repeats: 1, defines: 2, kind } as const;
  if (type === 'texts') return [{ path: [name, 'list', 'element'], shape: many, type: physical }];
  if (type !== 'map') return [{ path: [name], shape: one, type: physical }];
  return ['key', 'value'].map((part) => ({ path: [name, 'key_value', part], shape: many, type: physical }));
}
