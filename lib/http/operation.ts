// Finds the operation in the query of a request, decoded once, and the view that it asks for.
import { percentDecode } from '../bytes/percent';
import { maxQueryBytes, maxQueryPairs } from '../limits';
import type { MetadataAnswer } from '../metadata/content';
import { ProblemError } from '../problem';
import { imageInfo, styles } from '../style';
import { readNames, showsOnly } from '../style/only';
import type { HttpRequest, Style } from '../types';
import { batchPath } from './request';

/**
 * What an answer shows: a record in a style; the thumbnail or preview inside the image, as stored or upright; or the blocks.
 * `id` distinguishes the views of one object. `weak`: two answers with the same content may have different bytes.
 */
export type View = Readonly<{ id: string; weak: boolean }> &
  (
    | Readonly<{ kind: 'record'; render: Style['render'] }>
    | Readonly<{ kind: 'thumbnail'; upright: boolean }>
    | Readonly<{ kind: 'preview'; upright: boolean }>
    | (Readonly<{ kind: 'metadata' }> & MetadataAnswer)
  );

/** The decoded name of the parameter, and the view that it asks for. */
export type Operation = Readonly<{ name: string; view: View }>;

/** Parameters of other services that have the operation as their value, and the style for their `image/info`. */
const asValue: ReadonlyMap<string, string> = new Map([
  ['x-oss-process', 'oss'],
  ['x-image-process', 'obs'],
]);

/** The operations that the parameter `ci-process` has as its value [Cloud Infinite]. */
const processes = ['ImageAIGCMetadata', 'videoinfo'] as const;

/**
 * The operation of a request; `exif` without a style gets `defaultStyle`. Throws ProblemError when the query has no operation,
 * an unknown one, or several.
 */
export function toOperation({ query, path }: HttpRequest, defaultStyle: Style): Operation {
  const length = query.reduce((sum, [name, value]) => sum + name.length + (value?.length ?? 0) + 2, 0);
  if (query.length > maxQueryPairs || length > maxQueryBytes) {
    throw new ProblemError('QueryTooLong', `Cannot read a query of ${query.length} parameters`);
  }
  const names = query.map(([name]) => percentDecode(name));
  // A COS signature covers names in lower case, so it is valid for any other spelling, too.
  if (names.some((name) => name.toLowerCase() === 'versionid'))
    throw new ProblemError('VersionUnsupported', 'Cannot read a version by its id');
  const older = query.filter((_, i) => isOperation(names[i] ?? ''));
  const operations = older.length > 0 ? older : query.filter((_, i) => isNewer(names[i] ?? ''));
  const [operation] = operations;
  if (operation === undefined) throw missing(path);
  if (operations.length > 1)
    throw new ProblemError('OperationRepeated', `The query names ${operations.length} operations`);
  const name = percentDecode(operation[0]);
  return { name, view: viewOf(name, percentDecode(operation[1] ?? ''), defaultStyle) };
}

/**
 * Whether a parameter is an operation. Operations have names like paths (`exif`, `imageView2/1/w/400`), the parameters of
 * signatures and clients do not. In any letter case: a signature of `imageInfo` is also valid for `IMAGEINFO`.
 */
function isOperation(name: string): boolean {
  const lower = name.toLowerCase();
  return ['exif', 'imageinfo', 'imageave'].includes(lower) || asValue.has(lower) || name.includes('/');
}

/**
 * Whether a parameter is an operation only when the query has no other one. Before these operations existed, requests with such
 * a parameter and `exif` were answered: they still are.
 */
function isNewer(name: string): boolean {
  return ['metadata', 'ci-process'].includes(name.toLowerCase());
}

function viewOf(name: string, value: string, defaultStyle: Style): View {
  const foreign = value === 'image/info' ? styles.get(asValue.get(name) ?? '') : undefined;
  if (foreign !== undefined) return showing(foreign, null);
  const process = name === 'ci-process' ? processes.find((known) => known === value) : undefined;
  if (process !== undefined) return processView(process);
  const [verb, ...words] = name.split('/');
  if (value !== '' || asValue.has(name)) throw unknown('The operation has a value, but takes none');
  if (verb === 'imageInfo' && words.length === 0) return showing(imageInfo, null);
  if (verb === 'metadata') return metadataView(optionsOf(words));
  if (verb !== 'exif') throw unknown('The operation is not exif');
  const [kind] = words;
  if (kind === 'private' && words.length === 1) return privateView();
  if (kind !== 'thumbnail' && kind !== 'preview') return exifView(optionsOf(words), defaultStyle);
  const upright = words[1] === 'orient';
  if (words.length > (upright ? 2 : 1)) throw unknown(`The operation asks for an unknown form of the ${kind}`);
  // The builds of the library that turns it encode in different ways.
  return { kind, id: words.join('/'), weak: upright, upright };
}

type Options = ReadonlyMap<string, string>;

/** The options `style/<name>` and `only/<Name>,<Name>` after a verb, each at most once. */
function optionsOf(words: readonly string[]): Options {
  const options = new Map<string, string>();
  for (let at = 0; at < words.length; at += 2) {
    const [option = '', value = ''] = words.slice(at, at + 2);
    if (!['style', 'only'].includes(option) || options.has(option))
      throw unknown('The operation has an unknown option');
    options.set(option, value);
  }
  return options;
}

function exifView(options: Options, defaultStyle: Style): View {
  const name = options.get('style');
  const style = name === undefined ? defaultStyle : styles.get(name);
  if (style === undefined) throw unknown('The operation asks for an unknown style');
  const only = options.get('only');
  return showing(style, only === undefined ? null : readNames(only));
}

/** The code for metadata is loaded only for requests that ask for it. */
function metadataView(options: Options): View {
  const { metadataContent } = require('../metadata/content') as typeof import('../metadata/content');
  return showingMetadata(metadataContent(options.get('style'), options.get('only')));
}

function privateView(): View {
  const { privateAnswer } = require('../metadata/private') as typeof import('../metadata/private');
  return showingMetadata(privateAnswer);
}

function processView(name: (typeof processes)[number]): View {
  const { processAnswers } = require('../metadata/process-answers') as typeof import('../metadata/process-answers');
  return showingMetadata(processAnswers[name]);
}

function showingMetadata(answer: MetadataAnswer): View {
  return { kind: 'metadata', weak: false, ...answer };
}

function showing(style: Style, only: readonly string[] | null): View {
  if (only === null) return { kind: 'record', id: style.name, weak: false, render: style.render };
  const shows = showsOnly(only);
  return {
    kind: 'record',
    id: `${style.name}/only/${only.join(',')}`,
    weak: false,
    render: (record) => style.render(record, shows),
  };
}

function missing(path: string): ProblemError {
  const safeDetail = `No operation: a batch is a POST to ${batchPath} with the keys in its body, where batches are turned on (EXIF_BATCH).`;
  return new ProblemError('OperationMissing', 'The query names no operation', path === batchPath ? { safeDetail } : {});
}

function unknown(message: string): ProblemError {
  const known = [...styles.keys()].map((name) => `exif/style/${name}`);
  const processed = processes.map((value) => `ci-process=${value}`);
  const safeDetail = `Unknown operation. Supported: exif, ${known.join(', ')}, exif/only/<Name>,<Name>, exif/thumbnail, exif/thumbnail/orient, exif/preview, exif/preview/orient, exif/private, metadata, metadata/style/typed, metadata/only/<block>,<block>, metadata/only/<member>,<member>, imageInfo, ${processed.join(', ')}, x-oss-process=image/info, x-image-process=image/info.`;
  return new ProblemError('OperationUnknown', message, { safeDetail });
}
