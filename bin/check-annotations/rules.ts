// The rules that a check tries, in their order: each works with what the one before has left.
import { isUtf8 } from 'node:buffer';
import { maxAnnotationBytes } from '../../lib/s3/annotation';
import { checkName, NotAllowed, outcome, type PutVersion, type Reply, type Scratch } from './scratch';

/** `FAILS`: the cache needs this rule. `differs`: another answer, which does no harm. `note`: nothing is expected. */
export type Verdict = 'ok' | 'FAILS' | 'differs' | 'note';
export type Row = Readonly<{ rule: string; expected: string; seen: string; verdict: Verdict }>;

type Rule = Readonly<{
  rule: string;
  /** What the documents, or those who know the store, say; '' when nothing is known. What is seen may say more. */
  expected: string;
  /** Whether the cache gives wrong answers without this rule; also results that differ and do no harm. */
  needed: boolean;
  harmless?: readonly string[];
  /** Returns what was seen. */
  run(scratch: Scratch): Promise<string>;
}>;

const noAnnotation = '404 NoSuchAnnotation';
const noVersions = 'the bucket has no versions';

/** All rules. The values of a check are kept between them. */
export function rulesOf(): readonly Rule[] {
  let main: PutVersion = { etag: '', versionId: null };
  let before: PutVersion = main;
  const rule = (title: string, expected: string, run: Rule['run'], harmless: readonly string[] = []): Rule => {
    return { rule: title, expected, needed: true, harmless, run };
  };
  const note = (title: string, expected: string, run: Rule['run']): Rule => {
    return { rule: title, expected, needed: false, run };
  };
  const replace = async ({ keys, putObject }: Scratch, text: string): Promise<void> => {
    before = main;
    main = await putObject(keys.main, text);
  };

  return [
    rule('PUT of an annotation leaves the object as it was', '200, the same object', async (scratch) => {
      const { keys, annotate, getObject } = scratch;
      await replace(scratch, 'object 1');
      const reply = await annotate(keys.main, 'text 1');
      const object = await getObject(keys.main);
      const isSame = textOf(object) === 'object 1' && object.headers.etag === main.etag;
      return `${outcome(reply)}, ${isSame ? 'the same object' : 'another object'}`;
    }),
    rule('GET returns it', '200, text 1', async ({ keys, annotation }) => shown(await annotation(keys.main))),
    rule('GET of one that does not exist', noAnnotation, async ({ keys, annotation }) =>
      shown(await annotation(keys.main, { name: `${checkName}-absent`, mayHide: true })),
    ),
    rule('PUT with the ETag of another version', '412, still text 1', async ({ keys, annotate, annotation }) => {
      const reply = await annotate(keys.main, 'text 2', { tag: '"00000000000000000000000000000000"' });
      return `${reply.status}, still ${textOf(await annotation(keys.main))}`;
    }),
    rule("PUT with the object's ETag replaces it", '200, text 3', async ({ keys, annotate, annotation }) => {
      const reply = await annotate(keys.main, 'text 3', { tag: main.etag });
      const found = await annotation(keys.main);
      return reply.status === 200 ? shown(found) : outcome(reply);
    }),
    note('GET without a name lists', '200, 1 name', async ({ keys, request }) => {
      const action = 's3:ListObjectAnnotations';
      const reply = await request({ action, method: 'GET', key: keys.main, query: 'annotation=' });
      const names = textOf(reply).match(/<AnnotationName>/g)?.length ?? 0;
      return `${outcome(reply)}, ${names} name${names === 1 ? '' : 's'}`;
    }),
    note('GET with Range', '', ({ keys, annotation }) =>
      lengthOf(annotation(keys.main, { headers: { Range: 'bytes=0-1' } })),
    ),
    note('GET with If-None-Match', '', async ({ keys, annotation }) => {
      const { headers } = await annotation(keys.main);
      return lengthOf(annotation(keys.main, { headers: { 'If-None-Match': headers.etag ?? '' } }));
    }),
    note('PUT without a checksum', '', async ({ keys, annotate }) =>
      outcome(await annotate(keys.main, 'text 4', { headers: {} })),
    ),
    note('PUT with a wrong checksum', '400', async ({ keys, annotate }) => {
      const headers = { 'x-amz-sdk-checksum-algorithm': 'CRC32', 'x-amz-checksum-crc32': 'AAAAAA==' };
      return outcome(await annotate(keys.main, 'text 4', { headers }));
    }),
    rule('Overwrite: the new version has none', noAnnotation, async (scratch) => {
      await replace(scratch, 'object 2');
      return shown(await scratch.annotation(scratch.keys.main, { mayHide: true }));
    }),
    note('Overwrite: the version before keeps it', '200', async ({ keys, annotation }) => {
      if (before.versionId === null || before.versionId === 'null') return noVersions;
      return outcome(await annotation(keys.main, { versionId: before.versionId }));
    }),
    rule(
      'PUT with the ETag from before the overwrite',
      `412, ${noAnnotation}`,
      async ({ keys, annotate, annotation }) => {
        const reply = await annotate(keys.main, 'text 5', { tag: before.etag });
        return `${reply.status}, ${shown(await annotation(keys.main, { mayHide: true }))}`;
      },
    ),
    rule('Overwrite by a multipart upload: none', noAnnotation, async ({ keys, annotate, uploadParts, annotation }) => {
      await annotate(keys.main, 'text 6');
      main = await uploadParts(keys.main, 'object 3');
      return shown(await annotation(keys.main, { mayHide: true }));
    }),
    rule('After DELETE of the object', '404', async ({ keys, annotate, deleteObject, annotation }) => {
      await annotate(keys.main, 'text 7');
      await deleteObject(keys.main);
      return shown(await annotation(keys.main, { mayHide: true }));
    }),
    rule('After DELETE and PUT of the object: none', noAnnotation, async (scratch) => {
      await replace(scratch, 'object 4');
      return shown(await scratch.annotation(scratch.keys.main, { mayHide: true }));
    }),
    rule(
      'CopyObject copies it over that of the target',
      '200, of the source',
      async ({ keys, putObject, annotate, copyObject, annotation }) => {
        await annotate(keys.main, 'of the source');
        await putObject(keys.copy, 'object 5');
        await annotate(keys.copy, 'of the target');
        await copyObject(keys.main, keys.copy);
        return shown(await annotation(keys.copy, { mayHide: true }));
      },
      [noAnnotation],
    ),
    rule(
      'CopyObject with EXCLUDE: the target has none',
      noAnnotation,
      async ({ keys, putObject, annotate, copyObject, annotation }) => {
        await putObject(keys.copy, 'object 6');
        await annotate(keys.copy, 'of the target');
        await copyObject(keys.main, keys.copy, { 'x-amz-object-annotation-directive': 'EXCLUDE' });
        return shown(await annotation(keys.copy, { mayHide: true }));
      },
      ['200, of the source'],
    ),
    note('A text that is not UTF-8', '415', async ({ keys, annotate }) =>
      outcome(await annotate(keys.main, Uint8Array.of(0xff, 0xfe, 0x41))),
    ),
    ...['aws-check', 'S3check'].map((name) =>
      note(`The name ${name}`, '400 InvalidAnnotationName', async ({ keys, annotate }) =>
        outcome(await annotate(keys.main, 'text 8', { name })),
      ),
    ),
    note('A text of 1 MiB', '200, the same text', async ({ keys, annotate, annotation }) => {
      const reply = await annotate(keys.main, 'x'.repeat(maxAnnotationBytes));
      const { bytes } = await annotation(keys.main);
      const isSame = bytes.length === maxAnnotationBytes && bytes.every((byte) => byte === 0x78);
      return reply.status === 200 ? `200, ${isSame ? 'the same' : 'another'} text` : outcome(reply);
    }),
    note('A text of 1 MiB and one byte', 'refused', async ({ keys, annotate }) => {
      const reply = await annotate(keys.main, 'x'.repeat(maxAnnotationBytes + 1));
      return `${reply.status < 300 ? 'taken' : 'refused'}, ${outcome(reply)}`;
    }),
    note('DELETE of the annotation', `204, ${noAnnotation}`, async ({ keys, request, annotation }) => {
      const query = `annotation=&annotationName=${checkName}`;
      const reply = await request({ action: 's3:DeleteObjectAnnotation', method: 'DELETE', key: keys.main, query });
      return `${outcome(reply)}, ${shown(await annotation(keys.main, { mayHide: true }))}`;
    }),
  ];
}

/**
 * Tries a rule. A rule that is not needed and may not be tried is noted. Throws NotAllowed for others, Stopped, and
 * ProblemError when the store cannot be asked.
 */
export async function tryRule(rule: Rule, scratch: Scratch): Promise<Row> {
  const { expected, needed, harmless = [] } = rule;
  try {
    const seen = await rule.run(scratch);
    const isAs = (text: string): boolean => seen === text || seen.startsWith(`${text} `) || seen.startsWith(`${text},`);
    const verdict =
      expected === '' ? 'note' : isAs(expected) ? 'ok' : needed && !harmless.some(isAs) ? 'FAILS' : 'differs';
    return { rule: rule.rule, expected, seen, verdict: seen === noVersions ? 'note' : verdict };
  } catch (error) {
    if (needed || !(error instanceof NotAllowed)) throw error;
    return { rule: rule.rule, expected, seen: `not tried: ${error.message}`, verdict: 'note' };
  }
}

function textOf({ bytes }: Reply): string {
  if (bytes.length > 4096 || !isUtf8(bytes)) return `${bytes.length} bytes`;
  return new TextDecoder().decode(bytes);
}

/** A text that was found, or the refusal. */
function shown(reply: Reply): string {
  return reply.status === 200 ? `200, ${textOf(reply).slice(0, 40)}` : outcome(reply);
}

async function lengthOf(reply: Promise<Reply>): Promise<string> {
  const found = await reply;
  return found.status < 300 ? `${found.status}, ${found.bytes.length} bytes` : outcome(found);
}
