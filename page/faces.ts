// Faces of an image: rectangles with names, to be drawn on a picture of it.
import { withoutUnseen } from './facts';
import { isObject } from './rows';

/** A rectangle in fractions of a picture: `x` and `y` of its upper left corner. */
export type Area = Readonly<{ x: number; y: number; width: number; height: number }>;

/** A face in the upright picture; `name` is empty for a face that nobody named. */
export type Face = Readonly<{ name: string; area: Area }>;

/** The most faces that are drawn. */
const maxFaces = 50;
/** Difference of the ratios of sides, as a part of them, up to which two pictures show the same. A thumbnail rounds its sides. */
const tolerance = 0.02;

/** The faces in `persons` of an answer in the style `flat`; `orientation` turns the stored image upright. */
export function facesOf(flat: unknown, orientation: number): readonly Face[] {
  const persons = isObject(flat) && Array.isArray(flat['persons']) ? flat['persons'] : [];
  const faces = persons.filter(isObject).flatMap(({ name, area }): Face[] => {
    const stored = toArea(area);
    if (stored === null) return [];
    return [
      {
        name: typeof name === 'string' ? withoutUnseen(name).slice(0, 100) : '',
        area: within(turned(stored, orientation)),
      },
    ];
  });
  return faces.slice(0, maxFaces);
}

function toArea(json: unknown): Area | null {
  if (!isObject(json)) return null;
  const [x, y, width, height] = [json['x'], json['y'], json['width'], json['height']].map(Number);
  const isArea = [x, y, width, height].every(Number.isFinite);
  return isArea ? { x: x ?? 0, y: y ?? 0, width: width ?? 0, height: height ?? 0 } : null;
}

/** A rectangle of the stored image as it is in the upright one; `orientation` as in EXIF, 1 to 8 [EXIF 3.0 4.6.5.1.5]. */
export function turned({ x, y, width, height }: Area, orientation: number): Area {
  const right = 1 - x - width;
  const below = 1 - y - height;
  const same = { width, height };
  const swapped = { width: height, height: width };
  const areas = [
    { x, y, ...same },
    { x: right, y, ...same },
    { x: right, y: below, ...same },
    { x, y: below, ...same },
    { x: y, y: x, ...swapped },
    { x: below, y: x, ...swapped },
    { x: below, y: right, ...swapped },
    { x: y, y: right, ...swapped },
  ];
  return areas[orientation - 1] ?? { x, y, width, height };
}

/** The part of a rectangle that is in the picture. */
function within({ x, y, width, height }: Area): Area {
  const inside = (part: number): number => Math.min(Math.max(part, 0), 1);
  const [left, top] = [inside(x), inside(y)];
  return { x: left, y: top, width: inside(x + width) - left, height: inside(y + height) - top };
}

/** Whether two sizes have the same ratio of sides: a thumbnail with another ratio shows other parts, or has bars. */
export function sameShape(
  one: Readonly<{ width: number; height: number }>,
  other: Readonly<{ width: number; height: number }>,
): boolean {
  const ratio = (one.width * other.height) / (one.height * other.width);
  return Math.abs(ratio - 1) <= tolerance;
}

/** `2 faces: Ann, Bo`. */
export function namesText(faces: readonly Face[]): string {
  const names = faces.map(({ name }) => name).filter((name) => name !== '');
  const count = `${faces.length} ${faces.length === 1 ? 'face' : 'faces'}`;
  return names.length === 0 ? count : `${count}: ${names.join(', ')}`;
}
