// The library: reads the EXIF of an image, and renders it in a style.

import type { Answers, MetadataAnswers } from './api/answers';
import { checkMembers, readOptionNames } from './api/arguments';
import { type Environment, readSource, type Source } from './api/node-source';
import {
  checkRendering,
  type MetadataOptions,
  type ReadOptions as PortableOptions,
  type RenderOptions,
  readOpened,
} from './api/reading';
import { styleNames as names, styles } from './style';
import type { ExifRecord, StyleName } from './types';

export type * from './api/answers';
export type { Environment, Source } from './api/node-source';
export { fromBucket, fromExif, fromFile, fromUrl } from './api/node-source';
export type { MetadataOptions, RenderOptions } from './api/reading';
export type { ResponseLike } from './api/response';
export type { ObjectSource } from './api/source';
export type { RangeSource, SlicedBytes } from './bucket/ranged';
export type { StreamLike } from './bucket/streamed';
export type { Limits } from './limits';
export type { ProblemCode } from './problem';
export { ProblemError } from './problem';
export type { TagGroup } from './tag/groups';
export type {
  Bucket,
  ByteRange,
  Condition,
  ExifDocument,
  ExifRecord,
  FetchResult,
  IfdPath,
  ImageShape,
  ObjectRef,
  ObjectStat,
  Rational,
  ReadCost,
  StyleName,
  TagEntry,
  TagValue,
  Warning,
} from './types';

export type ReadOptions = PortableOptions &
  Readonly<{
    /** Credentials and AWS_REGION for `s3://` and `cos://`. Default: the environment variables of this process. */
    env?: Environment | undefined;
    /** Redirects followed for an address. Default: 5. */
    redirects?: number | undefined;
  }>;

export type ParseOptions<Name extends StyleName = StyleName> = ReadOptions &
  RenderOptions &
  Readonly<{
    /** The style of the answer. Default: `flat`. */
    style?: Name | undefined;
  }>;

/** The names of the styles. */
export const styleNames: readonly StyleName[] = names;

const optionNames = [...readOptionNames, 'env', 'redirects'];

/**
 * Reads the EXIF of an image: one object with plain names, or with `style` another answer. An image without EXIF has the
 * members about its file. Throws a ProblemError, whose `code` says what is wrong (NotAnImage, NoSuchKey, Timeout ...). For a
 * wrong argument the code is `ConfigInvalid`.
 */
export async function parse<Name extends StyleName = 'flat'>(
  source: Source,
  options: ParseOptions<Name> = {},
): Promise<Answers[Name]> {
  const { style = 'flat', only, ...reading } = checkMembers(options, 'option', [...optionNames, 'style', 'only']);
  const rendered = checkRendering(styles, style, only);
  return JSON.parse(await rendered(await readExif(source, reading as ReadOptions))) as Answers[Name];
}

/**
 * Reads an image and returns its record, from which `render` makes several answers; `document` is null when the image has no
 * EXIF. Throws as `parse` does.
 */
export async function readExif(source: Source, options: ReadOptions = {}): Promise<ExifRecord> {
  return readSource(source, checkMembers(options, 'option', optionNames), readOpened);
}

/** Renders a record as JSON text. Throws ProblemError `ConfigInvalid` for an unknown style or tag name. */
export async function render(record: ExifRecord, style: StyleName, options: RenderOptions = {}): Promise<string> {
  const { only } = checkMembers(options, 'option', ['only']);
  return checkRendering(styles, style, only)(record);
}

/**
 * Reads the metadata of an image or a video: EXIF, XMP, IPTC, ICC, C2PA and more, merged to one object, or with the style
 * `typed` each block as it is. Throws as `parse` does.
 */
export async function metadata<Name extends keyof MetadataAnswers = 'flat'>(
  source: Source,
  options: MetadataOptions<Name> & ReadOptions = {},
): Promise<MetadataAnswers[Name]> {
  const { style, only, ...reading } = checkMembers(options, 'option', [...optionNames, 'style', 'only']);
  const { checkMetadata, readMetadataOf } = require('./api/metadata') as typeof import('./api/metadata');
  const answer = checkMetadata(style, only);
  const record = await readSource(source, reading, (...opened) => readMetadataOf(...opened, answer));
  return JSON.parse(await answer.render(record)) as MetadataAnswers[Name];
}
