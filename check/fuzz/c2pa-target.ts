// The target of C2PA stores: what is read is sound and within the bounds, and a store that is cut gives a part of the whole.
import { parseC2pa } from '../../lib/block/c2pa';
import { type CborValue, readCbor } from '../../lib/block/cbor';
import { readJumbf, type Superbox } from '../../lib/block/jumbf';
import { maxCborDepth, maxCborItems, maxCborText, maxJumbfBoxes, maxJumbfDepth } from '../../lib/block/limits';
import { maxWarnings } from '../../lib/limits';
import { type CborSource, cbor, manifest, manifestStore } from '../../testing/build/jumbf';
import type { Target } from './target';

const action = {
  action: 'c2pa.created',
  digitalSourceType: 'digitalCapture',
  softwareAgent: { name: 'a', version: '1' },
};
const assertions: Readonly<Record<string, CborSource>> = {
  'c2pa.actions.v2': {
    actions: [action, { action: 'c2pa.edited', softwareAgentIndex: 0 }],
    softwareAgents: [{ name: 'b' }],
  },
  'c2pa.ingredient__1': { 'dc:title': 'c', relationship: 'parentOf', c2pa_manifest: { url: 'self#jumbf=/c2pa/one' } },
  'cawg.training-mining': { entries: { d: { use: 'notAllowed' } } },
};
const claim = { claim_generator: 'e', claim_generator_info: [{ name: 'f', version: '2' }], 'dc:format': 'image/jpeg' };
const openMap = Uint8Array.of(0xbf, 0x61, 0x61, 0x9f, 0x01, 0x7f, 0x61, 0x62, 0xff, 0xff, 0xff);

export function c2paTarget(): Target {
  return {
    name: 'c2pa',
    kind: 'file',
    weight: 1,
    maxLength: 4096,
    seeds: () => [
      manifestStore(manifest('one', { claim, assertions }), manifest('two', { type: 'c2um', claim })),
      cbor(assertions),
      openMap,
    ],
    run: async (input) => judge(input),
    examine: async (input) => [...judge(input), ...judgeCut(input)],
  };
}

function judge(input: Uint8Array): string[] {
  const count = { items: 0 };
  const { value } = readCbor(input, count);
  const document = parseC2pa([{ bytes: input, size: input.length }]);
  const labels = document?.manifests.map(({ label }) => label) ?? [];
  const wrong = [...judgeValue(value, 1), ...judgeBoxes(readJumbf(input, input.length).boxes)];
  if (count.items > Math.min(maxCborItems, input.length + 1)) wrong.push(`${count.items} items`);
  if (document === null) wrong.push('a store is not reported');
  else if (document.active !== null && labels.at(-1) !== document.active)
    wrong.push('the active manifest is not the last');
  if ((document?.warnings.length ?? 0) > maxWarnings) wrong.push('too many warnings');
  return wrong;
}

/** The labels of a store that is cut are the first ones of the whole. */
function judgeCut(input: Uint8Array): string[] {
  const labelsOf = (bytes: Uint8Array) =>
    parseC2pa([{ bytes, size: input.length }])?.manifests.map(({ label }) => label) ?? [];
  const whole = labelsOf(input);
  const cut = labelsOf(input.subarray(0, input.length >> 1));
  return cut.every((label, i) => label === whole[i]) ? [] : ['a cut store has other manifests'];
}

function judgeValue(value: CborValue | undefined, depth: number): string[] {
  if (depth > maxCborDepth) return ['values are too deep'];
  if (typeof value === 'string') return value.length <= maxCborText ? [] : ['a text is too long'];
  if (typeof value === 'number') return Number.isSafeInteger(value) ? [] : ['a number that is not one'];
  if (value instanceof Map) return Array.from(value.values()).flatMap((member) => judgeValue(member, depth + 1));
  return Array.isArray(value) ? value.flatMap((item) => judgeValue(item, depth + 1)) : [];
}

function judgeBoxes(boxes: readonly Superbox[]): string[] {
  const [count, depth] = sizeOf(boxes);
  return count > maxJumbfBoxes || depth > maxJumbfDepth ? [`${count} boxes, ${depth} deep`] : [];
}

function sizeOf(boxes: readonly Superbox[]): readonly [count: number, depth: number] {
  const sizes = boxes.map(({ children }) => sizeOf(children));
  const count = sizes.reduce((sum, [inside]) => sum + inside, boxes.length);
  return [count, boxes.length === 0 ? 0 : 1 + Math.max(...sizes.map(([, inside]) => inside))];
}
