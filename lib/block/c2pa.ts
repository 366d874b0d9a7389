// Reads C2PA manifest stores [C2PA 2.2, 11]: what they state, and where it is stated. No signature or hash is checked, so a
// statement is a claim of its writer only.
//
//   c2pa: c2ma, c2um or c2cm ... (manifests)      c2ma: c2as (assertions)  c2cl (claim)  c2cs (signature) ...
import { maxWarnings } from '../limits';
import type { BlockWarning } from './block';
import type { CborCount, CborMap, CborValue } from './cbor';
import { readCbor } from './cbor';
import { readJumbf, type Superbox } from './jumbf';

/** What happened to the asset. `digitalSourceType` is an address or a code of IPTC or C2PA. */
export type C2paAction = Readonly<{
  action: string;
  digitalSourceType: string | null;
  softwareAgent: string | null;
  when: string | null;
  description: string | null;
}>;

/** An asset that this one was made from. `manifest` is the label of its manifest. */
export type C2paIngredient = Readonly<{
  title: string | null;
  format: string | null;
  relationship: string | null;
  manifest: string | null;
}>;

/** `compressed`: a manifest that is compressed with Brotli, which is not read. */
export type C2paManifest = Readonly<{
  label: string;
  kind: 'standard' | 'update' | 'compressed';
  claimGenerator: string | null;
  claimGeneratorInfo: readonly Readonly<{ name: string | null; version: string | null }>[];
  title: string | null;
  format: string | null;
  actions: readonly C2paAction[];
  /** The labels of the assertions. */
  assertions: readonly string[];
  ingredients: readonly C2paIngredient[];
  /** What the asset may be used for: `allowed`, `notAllowed` or `constrained`. */
  training: readonly Readonly<{ name: string; use: string | null }>[];
  /** Whether there is a signature. It is not checked. */
  hasSignature: boolean;
}>;

/** `active` is the label of the manifest that describes the file as it is; null when the end of the store was not read. */
export type C2paDocument = Readonly<{
  manifests: readonly C2paManifest[];
  active: string | null;
  warnings: readonly BlockWarning[];
}>;

type Reader = Readonly<{ count: CborCount; warnings: BlockWarning[] }>;

const kinds: ReadonlyMap<string, C2paManifest['kind']> = new Map([
  ['c2ma', 'standard'],
  ['c2um', 'update'],
  ['c2cm', 'compressed'],
]);

/** The manifests of all stores of a file; null when it has no store. */
export function parseC2pa(stores: readonly Readonly<{ bytes: Uint8Array; size: number }>[]): C2paDocument | null {
  if (stores.length === 0) return null;
  const reader: Reader = { count: { items: 0 }, warnings: [] };
  const manifests: C2paManifest[] = [];
  let active: string | null = null;
  for (const { bytes, size } of stores) {
    const { boxes, defect } = readJumbf(bytes, size);
    const found = boxes.filter(({ type, label }) => type === 'c2pa' || label === 'c2pa');
    if (defect !== null) warn(reader, `C2PA store: ${defect}`);
    else if (found.length === 0) warn(reader, 'C2PA store: it has no box with manifests');
    for (const store of found) {
      const read = store.children.map((box) => readManifest(reader, box));
      active = store.complete ? (read.at(-1)?.label ?? null) : null;
      manifests.push(...read.filter((manifest) => manifest !== null));
    }
  }
  return { manifests, active, warnings: reader.warnings };
}

/** null for a box that is not a manifest. */
function readManifest(reader: Reader, box: Superbox): C2paManifest | null {
  const kind = kinds.get(box.type);
  if (kind === undefined) return null;
  if (kind === 'compressed') warn(reader, 'C2PA manifest: it is compressed, which is not supported');
  const claim = mapIn(reader, box.children.find(isClaim));
  const assertions = box.children.find(({ type }) => type === 'c2as')?.children ?? [];
  const named = (prefixes: readonly string[]) =>
    assertions.filter(({ label }) => prefixes.includes(baseLabel(label))).map((found) => mapIn(reader, found));
  return {
    label: box.label,
    kind,
    claimGenerator: textIn(claim, 'claim_generator'),
    claimGeneratorInfo: generators(claim?.get('claim_generator_info')),
    title: textIn(claim, 'dc:title'),
    format: textIn(claim, 'dc:format'),
    actions: named(['c2pa.actions']).flatMap(actionsOf),
    assertions: assertions.map(({ label }) => label),
    ingredients: named(['c2pa.ingredient']).flatMap((map) => (map === null ? [] : ingredientOf(map))),
    training: named(['c2pa.training-mining', 'cawg.training-mining']).flatMap(trainingOf),
    hasSignature: box.children.some(({ type, cbor }) => type === 'c2cs' && cbor !== null),
  };
}

function isClaim({ type }: Superbox): boolean {
  return type === 'c2cl';
}

/** A label without its version and number: `c2pa.actions` of `c2pa.actions.v2__1` [C2PA 2.2, 6.4]. */
function baseLabel(label: string): string {
  return label.replace(/__\d+$/, '').replace(/\.v\d+$/, '');
}

function actionsOf(assertion: CborMap | null): readonly C2paAction[] {
  const agents = listOf(assertion?.get('softwareAgents'));
  return mapsOf(assertion?.get('actions')).map((action) => {
    const parameters = mapOf(action.get('parameters'));
    const index = action.get('softwareAgentIndex');
    const agent = action.get('softwareAgent') ?? (typeof index === 'number' ? agents[index] : null);
    return {
      action: textIn(action, 'action') ?? '',
      digitalSourceType:
        textIn(action, 'digitalSourceType') ??
        textIn(parameters, 'digitalSourceType') ??
        textIn(parameters, 'com.adobe.digitalSourceType'),
      softwareAgent: textOf(agent) ?? textIn(mapOf(agent), 'name'),
      when: textIn(action, 'when'),
      description: textIn(action, 'description') ?? textIn(parameters, 'description'),
    };
  });
}

function ingredientOf(map: CborMap): C2paIngredient {
  const reference = mapOf(map.get('activeManifest') ?? map.get('c2pa_manifest'));
  return {
    title: textIn(map, 'dc:title'),
    format: textIn(map, 'dc:format'),
    relationship: textIn(map, 'relationship'),
    manifest: manifestLabel(textIn(reference, 'url')),
  };
}

/** The label in a JUMBF address such as `self#jumbf=/c2pa/urn:uuid:...`. */
function manifestLabel(url: string | null): string | null {
  const [store, label] = url?.split('#jumbf=')[1]?.split('/').filter(Boolean) ?? [];
  return store === 'c2pa' ? (label ?? null) : null;
}

function trainingOf(assertion: CborMap | null): C2paManifest['training'] {
  const entries = mapOf(assertion?.get('entries')) ?? new Map<string, CborValue>();
  return Array.from(entries, ([name, entry]) => ({ name, use: textOf(entry) ?? textIn(mapOf(entry), 'use') }));
}

/** A list of generators, or a single one, as version 2 of a claim has it. */
function generators(value: CborValue | undefined): C2paManifest['claimGeneratorInfo'] {
  const single = mapOf(value);
  const maps = single === null ? mapsOf(value) : [single];
  return maps.map((map) => ({ name: textIn(map, 'name'), version: textIn(map, 'version') }));
}

function mapIn(reader: Reader, box: Superbox | undefined): CborMap | null {
  if (box === undefined || box.cbor === null) return null;
  const { value, defect } = readCbor(box.cbor, reader.count);
  if (defect !== null) warn(reader, `C2PA CBOR: ${defect}`);
  return mapOf(value);
}

function mapOf(value: CborValue | undefined): CborMap | null {
  return value instanceof Map ? value : null;
}

function listOf(value: CborValue | undefined): readonly CborValue[] {
  return Array.isArray(value) ? value : [];
}

function mapsOf(value: CborValue | undefined): readonly CborMap[] {
  return listOf(value).flatMap((item) => mapOf(item) ?? []);
}

function textOf(value: CborValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

function textIn(map: CborMap | null, key: string): string | null {
  return textOf(map?.get(key));
}

function warn({ warnings }: Reader, detail: string): void {
  if (warnings.length < maxWarnings) warnings.push({ block: 'c2pa', detail });
}
