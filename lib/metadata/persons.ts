// The persons in an image: regions of faces, and names without a region [MWG Guidelines 2.0 5.9; IPTC Photo Metadata
// PersonInImage; Microsoft People Tagging].

import { xmpNamespaces as ns } from '../block/xmp-namespaces';
import { fieldOf, itemsOf, propertyOf, textOf, textsOf, type XmpDocument, type XmpValue } from '../block/xmp-value';
import { cleanText } from '../style/text/clean-text';

/** A rectangle in fractions of the width and height of the image as stored: `x` and `y` of its upper left corner. */
export type Area = Readonly<{ x: number; y: number; width: number; height: number }>;

/** A person. `name` is absent for a face that nobody named, `area` for a name without a region. */
export type Person = Readonly<{ name?: string; area?: Area }>;

/** Persons in one answer. */
const maxPersons = 256;

/** The persons, those with a region first. A name is not repeated for a person who has a region. */
export function personsOf(xmp: XmpDocument): readonly Person[] {
  const regions = [...mwgFaces(xmp), ...microsoftFaces(xmp)];
  const found: Person[] = [];
  const names = new Set<string>();
  for (const person of regions) {
    if (found.length >= maxPersons) break;
    if (person.name !== undefined && names.has(person.name)) continue;
    if (person.name !== undefined) names.add(person.name);
    found.push(person);
  }
  for (const text of textsOf(propertyOf(xmp, ns.Iptc4xmpExt, 'PersonInImage'))) {
    const name = cleanText(text);
    if (name === '' || names.has(name) || found.length >= maxPersons) continue;
    names.add(name);
    found.push({ name });
  }
  return found;
}

/** Regions of the Metadata Working Group of type Face; one without a type counts too. Their area states its centre. */
function mwgFaces(xmp: XmpDocument): readonly Person[] {
  const regions = propertyOf(xmp, ns['mwg-rs'], 'Regions');
  return itemsOf(fieldOf(regions, ns['mwg-rs'], 'RegionList')).flatMap((region) => {
    const field = (name: string): XmpValue | undefined => fieldOf(region, ns['mwg-rs'], name);
    const type = textOf(field('Type'));
    if (type !== null && type !== 'Face') return [];
    const of = (name: string): number => numberOf(textOf(fieldOf(field('Area'), ns.stArea, name)));
    const [width, height] = [of('w'), of('h')];
    return person(textOf(field('Name')), { x: of('x') - width / 2, y: of('y') - height / 2, width, height });
  });
}

/** Regions of Microsoft: a rectangle `x, y, width, height`. */
function microsoftFaces(xmp: XmpDocument): readonly Person[] {
  const info = propertyOf(xmp, ns.MP, 'RegionInfo');
  return itemsOf(fieldOf(info, ns.MPRI, 'Regions')).flatMap((region) => {
    const text = textOf(fieldOf(region, ns.MPReg, 'Rectangle')) ?? '';
    const [x = NaN, y = NaN, width = NaN, height = NaN] = text.split(',', 5).map(numberOf);
    return person(textOf(fieldOf(region, ns.MPReg, 'PersonDisplayName')), { x, y, width, height });
  });
}

/** A person; none when there is neither a name nor an area within the image. */
function person(text: string | null, { x, y, width, height }: Area): readonly Person[] {
  const name = cleanText(text ?? '');
  // Regions with a small part outside of the image occur.
  const isInside =
    [x, y].every((part) => part > -1 && part < 1) && [width, height].every((part) => part > 0 && part <= 2);
  if (name === '' && !isInside) return [];
  const area = { x: rounded(x), y: rounded(y), width: rounded(width), height: rounded(height) };
  return [{ ...(name === '' ? {} : { name }), ...(isInside ? { area } : {}) }];
}

function numberOf(text: string | null): number {
  const trimmed = (text ?? '').trim();
  return trimmed === '' || trimmed.length > 32 ? NaN : Number(trimmed);
}

function rounded(part: number): number {
  return Math.round(part * 1e6) / 1e6;
}
