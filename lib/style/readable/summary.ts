// A picture in the line a photographer would say.
import type { TagEntry } from '../../types';
import { type Entries, numberOf, textOf } from '../text/entry-value';
import { apertureText, apexAperture, apexExposure, decimal, exposureText } from './units';

/** Characters of a name in the line: a real one has 40. */
const maxName = 100;

/** `Canon EOS 5D, 50 mm, f/2.8, 1/50 s, ISO 100`: what is known of it; null when nothing is. */
export function summaryText(entries: Entries): string | null {
  // Raw files keep the tags of a shot in IFD0 [ISO 12234-2].
  const shot = (tag: number): TagEntry | undefined => entries.at('Exif', tag) ?? entries.at('IFD0', tag);
  const show = (tag: number, text: (value: number) => string | null): string | null => {
    const value = numberOf(shot(tag));
    return value === null || value === 0 ? null : text(value);
  };
  const parts = [
    cameraText(entries),
    show(0x920a, (length) => (length > 0 && length < 1e5 ? `${decimal(length, 1)} mm` : null)),
    show(0x829d, (value) => apertureText(value, 1)) ?? show(0x9202, apexAperture),
    show(0x829a, exposureText) ?? show(0x9201, apexExposure),
    show(0x8827, (iso) => (iso > 0 && iso < 1e8 ? `ISO ${decimal(iso, 0)}` : null)),
  ];
  return parts.filter((part) => part !== null).join(', ') || null;
}

/** Make and model, without the make where the model begins with its first word. */
function cameraText(entries: Entries): string | null {
  const [make = '', model = ''] = [0x010f, 0x0110].map((tag) =>
    textOf(entries.at('IFD0', tag), entries.littleEndian).slice(0, maxName).toWellFormed(),
  );
  const [brand = ''] = make.toLowerCase().split(' ');
  if (model.toLowerCase().startsWith(brand)) return model || null;
  return [make, model].filter((name) => name !== '').join(' ');
}
