// Changes a JSON document by its values and names, so that it stays JSON.
import type { Random } from '../../testing/random/seeded';
import type { EditContext } from './byte-edits';
import { mutateText } from './mutate-text';

type Holder = unknown[] | Record<string, unknown>;
/** A value by what holds it, and its name or index there. */
type Place = Readonly<{ holder: Holder; name: string }>;

/** A changed copy of a document; now and then, and where it is not JSON, of its text. */
export function mutateJson(input: Uint8Array, around: EditContext): Uint8Array {
  const { random, other, maxLength } = around;
  const document = parsed(input);
  if (document === null || random.chance(0.15)) return mutateText(input, around);
  const donors = placesOf(parsed(other) ?? []).map(valueAt);
  const root = { document };
  for (let left = random.pick([1, 1, 2, 3]); left > 0; left--) {
    const places = placesOf(root);
    if (places.length > 0) change(random.pick(places), { random, words: around.dictionary.texts, donors });
  }
  const bytes = new Uint8Array(Buffer.from(JSON.stringify(root.document ?? null)));
  return bytes.length > maxLength ? input : bytes;
}

type JsonContext = Readonly<{ random: Random; words: readonly string[]; donors: readonly unknown[] }>;

function change(place: Place, { random, words, donors }: JsonContext): void {
  const value = valueAt(place);
  switch (random.below(9)) {
    case 0:
      return remove(place);
    case 1:
      return put(place, random.pick(words));
    case 2:
      return put(place, structuredClone(donors.length === 0 ? value : random.pick(donors)));
    case 3:
      return put(place, structuredClone(random.pick(oddValues)));
    case 4:
      return put(place, Array.isArray(value) ? value[0] : [value, value]);
    case 5:
      return rename(place, random.pick([...words, '__proto__', 'constructor', '']));
    case 6:
      return rename(place, random.chance(0.5) ? place.name.toUpperCase() : place.name.toLowerCase());
    default:
      return put(place, typeof value === 'string' ? changedText(value, random, words) : structuredClone(value));
  }
}

const oddValues: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e300,
  '',
  '*',
  [],
  {},
  [[]],
  'deny',
  'Allow',
  '0.0.0.0/0',
  '::/0',
  '2026-03-01',
];

/** A policy variable, which is refused. */
const variable = '$' + '{a}';

function changedText(text: string, random: Random, words: readonly string[]): string {
  const at = random.below(text.length + 1);
  const piece = random.pick(['*', '?', '/', ':', '..', ' ', variable, '\0', 'é', '-', random.pick(words), text]);
  return text.slice(0, at) + piece + text.slice(at + random.below(3));
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString());
  } catch {
    return null;
  }
}

/** Every value in a document, at most some hundreds. */
function placesOf(document: unknown): readonly Place[] {
  const found: Place[] = [];
  const visit = (holder: unknown): void => {
    if (typeof holder !== 'object' || holder === null) return;
    for (const name of Object.keys(holder)) {
      if (found.length >= 300) return;
      const place = { holder: holder as Holder, name };
      found.push(place);
      visit(valueAt(place));
    }
  };
  visit(document);
  return found;
}

function valueAt({ holder, name }: Place): unknown {
  return (holder as Record<string, unknown>)[name];
}

/** Defined, not assigned: a member may be called `__proto__`. */
function put({ holder, name }: Place, value: unknown): void {
  Object.defineProperty(holder, name, { value, writable: true, enumerable: true, configurable: true });
}

function remove({ holder, name }: Place): void {
  if (Array.isArray(holder)) holder.splice(Number(name), 1);
  else delete holder[name];
}

function rename(place: Place, name: string): void {
  const value = valueAt(place);
  if (Array.isArray(place.holder) || name === place.name) return;
  delete place.holder[place.name];
  put({ holder: place.holder, name }, value);
}
