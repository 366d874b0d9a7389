// One line that sums up a picture, as photographers do.

import { Tag } from '../../tag/ids';
import type { Entries } from '../../tag/lookup';
import type { TagFilter } from '../../types';
import type { DerivedMembers } from '../derived/derive';
import { numberOf, textOf } from '../text/entry-value';
import { apertureText, decimal, exposureText } from './units';

/** The most characters of a name in the line. Real names have up to 40. */
const maxName = 100;

/** `Canon EOS 5D, 50 mm, f/2.8, 1/50 s, ISO 100`: the known parts that `shows` allows; null when there are none. */
export function summaryText(derived: DerivedMembers, entries: Entries, shows: TagFilter): string | null {
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

/**
 * Whether FNumber itself has this value. Then it is shown with two decimals (f/0.95). Computed from an aperture in APEX units,
 * f/2.8 would be f/2.83.
 */
function isStated(fNumber: number, entries: Entries): boolean {
  return numberOf(entries.image(Tag.FNumber)) === fNumber;
}

/** Make and model. The make is left out when the model starts with the first word of the make. */
function cameraText(entries: Entries, shows: TagFilter): string | null {
  const [make = '', model = ''] = [Tag.Make, Tag.Model].map((tag) => {
    const entry = entries.at('IFD0', tag);
    if (entry === undefined || !shows(entry)) return '';
    return textOf(entry, entries.littleEndian).slice(0, maxName).toWellFormed();
  });
  const [brand = ''] = make.toLowerCase().split(' ');
  if (model.toLowerCase().startsWith(brand)) return model || null;
  return [make, model].filter((name) => name !== '').join(' ');
}
