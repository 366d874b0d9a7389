// One line that sums up a picture, as photographers do.

import { Tag } from '../../tag/ids';
import type { Entries } from '../../tag/lookup';
import type { Shows } from '../../types';
import type { Derived } from '../derived/derive';
import { numberOf, textOf } from '../text/entry-value';
import { apertureText, decimal, exposureText } from './units';

/** Characters of a name in the line: a real one has 40. */
const maxName = 100;

/** `Canon EOS 5D, 50 mm, f/2.8, 1/50 s, ISO 100`: the known parts that `shows` allows; null when there are none. */
export function summaryText(derived: Derived, entries: Entries, shows: Shows): string | null {
  const { focalLength = 0, fNumber = 0, exposureTime = 0, iso = 0 } = derived;
  const parts = [
    cameraText(entries, shows),
    focalLength > 0 && focalLength < 1e5 ? `${decimal(focalLength, 1)} mm` : null,
    apertureText(fNumber, isStated(fNumber, entries) ? 2 : 1),
    exposureTime === 0 ? null : exposureText(exposureTime),
    iso > 0 && iso < 1e8 ? `ISO ${decimal(iso, 0)}` : null,
  ];
  return parts.filter((part) => part !== null).join(', ') || null;
}

/** Whether the tag itself says it, as exactly as lenses are named (f/0.95); an aperture in APEX units gives f/2.83 for f/2.8. */
function isStated(fNumber: number, entries: Entries): boolean {
  return numberOf(entries.image(Tag.FNumber)) === fNumber;
}

/** Make and model, without the make when the model starts with its first word. */
function cameraText(entries: Entries, shows: Shows): string | null {
  const [make = '', model = ''] = [Tag.Make, Tag.Model].map((tag) => {
    const entry = entries.at('IFD0', tag);
    if (entry === undefined || !shows(entry)) return '';
    return textOf(entry, entries.littleEndian).slice(0, maxName).toWellFormed();
  });
  const [brand = ''] = make.toLowerCase().split(' ');
  if (model.toLowerCase().startsWith(brand)) return model || null;
  return [make, model].filter((name) => name !== '').join(' ');
}
