// What is wrong with the body of an answer, by the view that was asked for.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020';
import { jpegFacts } from '../../lib/container/whole-jpeg';
import { maxAnswerBytes, maxThumbnailBytes } from '../../lib/limits';
import type { Answer } from '../../lib/types';

/** A view: its query, and the schema of its JSON; null = a JPEG of at most `maxBytes`, by default those of a thumbnail. */
export type AskedView = Readonly<{ query: string; schema: string | null; maxBytes?: number }>;

/** What is wrong with an answer to a view; nothing when all is right. */
export type Judge = (view: AskedView, answer: Answer) => readonly string[];

/** Judges by the schemas in `folder`, <name>.schema.json. */
export function judgeBy(folder: string): Judge {
  const ajv = new Ajv2020({ strict: false });
  // The schemas refer to each other.
  for (const name of readdirSync(folder)) ajv.addSchema(JSON.parse(readFileSync(join(folder, name), 'utf8')), name);
  const validator = (name: string): ValidateFunction => {
    const validate = ajv.getSchema(`${name}.schema.json`);
    if (validate === undefined) throw new Error(`There is no schema ${name}`);
    return validate;
  };
  return ({ schema, maxBytes }, { status, body }) => {
    if (status === 200 && schema === null) return judgeThumbnail(body, maxBytes);
    if (typeof body !== 'string') return ['bytes where a text should be'];
    const wrong = judgeBody(body);
    if (status !== 200 || schema === null || wrong.length > 0) return wrong;
    const validate = validator(schema);
    return validate(JSON.parse(body))
      ? []
      : [`not as its schema says: ${ajv.errorsText(validate.errors).slice(0, 200)}`];
  };
}

/** What is wrong with a text body: no JSON, or longer than an answer may be. */
export function judgeBody(body: string): readonly string[] {
  const wrong: string[] = [];
  const length = Buffer.byteLength(body);
  if (length > maxAnswerBytes) wrong.push(`a body of ${length} bytes`);
  if (!body.isWellFormed()) wrong.push('a body that is not well-formed Unicode');
  try {
    JSON.parse(body);
  } catch {
    wrong.push('a body that is not JSON');
  }
  return wrong;
}

/** The faults of a thumbnail or preview: it is not a complete JPEG, or is longer than allowed. */
export function judgeThumbnail(body: Answer['body'], maxBytes: number = maxThumbnailBytes): readonly string[] {
  if (typeof body === 'string') return ['a text where a thumbnail should be'];
  const wrong = body.length > maxBytes ? [`a thumbnail of ${body.length} bytes`] : [];
  try {
    jpegFacts(body);
  } catch (error) {
    wrong.push(`a thumbnail that is not a JPEG: ${String(error)}`);
  }
  return wrong;
}
