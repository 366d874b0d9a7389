// Reads the body of a batch: `{"keys": ["a.jpg", "b.jpg"], "view": "exif/style/flat"}`.
import { batchLimits, maxQueryBytes } from '../limits';
import { ProblemError } from '../problem';
import type { Style } from '../types';
import { type Operation, toOperation, type View } from './operation';

/** A view whose answer is JSON. */
type JsonView = Exclude<View, { kind: 'thumbnail' } | { kind: 'preview' }>;

/** What a batch asks for: objects by their exact keys, in the order of the answer, and one view of all. */
export type BatchRequest = Readonly<{ keys: readonly string[]; view: JsonView }>;

/**
 * Throws ProblemError `BatchMalformed` for a body of another form, and what `toOperation` throws for the view.
 * Without a view it is `exif`. The keys are not checked: each one may be wrong for itself.
 */
export function readBatch(body: Uint8Array, defaultStyle: Style): BatchRequest {
  const { keys, view = 'exif', ...others } = parseObject(body);
  const [other] = Object.keys(others);
  if (other !== undefined) throw malformed('its only members are "keys" and "view"');
  if (!isTexts(keys)) throw malformed('"keys" must be a list of texts');
  if (keys.length < 1 || keys.length > batchLimits.keys)
    throw malformed(`"keys" must have 1 to ${batchLimits.keys} keys, it has ${keys.length}`);
  if (typeof view !== 'string') throw malformed('"view" must be a text, such as "exif/style/flat"');
  return { keys, view: readJsonView(view, defaultStyle) };
}

function parseObject(body: Uint8Array): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw malformed('it must be JSON in UTF-8');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed('it must be a JSON object');
  return value as Readonly<Record<string, unknown>>;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}

/** The view is written as in a query, but nothing in it is percent-encoded. */
function readJsonView(text: string, defaultStyle: Style): JsonView {
  if (text.length > maxQueryBytes) throw malformed('the view is too long');
  const [name = '', ...values] = text.replaceAll('%', '%25').split('=');
  const value = values.length === 0 ? null : values.join('=');
  const { view } = operationOf(name, value, defaultStyle);
  if (view.kind === 'record' || (view.kind === 'metadata' && view.type === 'application/json')) return view;
  throw new ProblemError('OperationUnknown', 'Cannot answer anything but JSON in a batch', {
    safeDetail:
      'A batch answers JSON only: ask for thumbnails, previews and ci-process=videoinfo with one GET for each object.',
  });
}

/** The message about a query without an operation speaks of the address, which a batch does not have. */
function operationOf(name: string, value: string | null, defaultStyle: Style): Operation {
  try {
    return toOperation({ ...noRequest, query: [[name, value]] }, defaultStyle);
  } catch (cause) {
    if (!(cause instanceof ProblemError && cause.code === 'OperationMissing')) throw cause;
    const safeDetail = 'The "view" is not known: it must be like "exif", "exif/style/flat", "metadata" or "imageInfo".';
    throw new ProblemError('OperationMissing', cause.message, { cause, safeDetail });
  }
}

const noRequest = { method: 'GET', path: '/', pathDecoded: false, headers: {} };

function malformed(reason: string): ProblemError {
  return new ProblemError('BatchMalformed', `Cannot read a batch: ${reason}`, {
    safeDetail: `The body of a batch must be like {"keys":["a.jpg","b.jpg"],"view":"exif/style/flat"}: ${reason}.`,
  });
}
