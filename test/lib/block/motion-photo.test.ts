// Where the video of a motion photo is, by XMP and by what was found in the container.
import { type FoundVideo, motionPhotoOf } from '../../../lib/block/motion-photo';
import { xmpNamespaces } from '../../../lib/block/xmp-namespaces';
import type { XmpProperty } from '../../../lib/block/xmp-value';
import { directory, property, xmpDocument } from '../../../testing/build/xmp-document';

const fileSize = 1000;
const camera = (name: string, value: string) => property(xmpNamespaces.GCamera, name, value);
const motion = camera('MotionPhoto', '1');
const micro = camera('MicroVideo', '1');
const primary = { semantic: 'Primary', length: '0' };
const video = { semantic: 'MotionPhoto', length: '100' };
const listed = directory([primary, video]);
const find = (properties: readonly XmpProperty[], found: readonly FoundVideo[] = []) =>
  motionPhotoOf({ xmp: xmpDocument(...properties), found, fileSize });

test.each<[string, readonly XmpProperty[], string, number | null, number | null]>([
  ['the last item', [motion, listed], 'google-v2', 900, 100],
  [
    'items without a structure of their own',
    [motion, directory([primary, video], { nested: false })],
    'google-v2',
    900,
    100,
  ],
  ['an item after it', [motion, directory([primary, video, { semantic: 'x', length: '30' }])], 'google-v2', 870, 100],
  [
    'a gain map before it',
    [motion, directory([primary, { semantic: 'GainMap', length: '30' }, video])],
    'google-v2',
    900,
    100,
  ],
  ['the former specification', [micro, camera('MicroVideoOffset', '200')], 'google-v1', 800, 200],
  ['both', [micro, camera('MicroVideoOffset', '200'), motion, listed], 'google-v2', 900, 100],
])('%s', (_name, properties, kind, offset, length) => {
  expect(find(properties)).toEqual({ kind, offset, length, presentationTimestampUs: null });
});

const itemOf = (length?: string) =>
  directory([primary, { semantic: 'MotionPhoto', ...(length === undefined ? {} : { length }) }]);
test.each<[string, readonly XmpProperty[]]>([
  ['no list', [motion]],
  ['no item', [motion, directory([primary])]],
  ['no length', [motion, itemOf()]],
  ['length 0', [motion, itemOf('0')]],
  ['a negative length', [motion, itemOf('-5')]],
  ['a length that is not a number', [motion, itemOf('1e2')]],
  ['a length with too many digits', [motion, itemOf('1'.repeat(40))]],
  ['the length of the file', [motion, itemOf('1000')]],
  ['more than the file', [motion, itemOf('999999999999999')]],
  ['items after it that are too long', [motion, directory([primary, video, { semantic: 'x', length: '900' }])]],
  ['no offset', [micro]],
  ['an offset beyond the file', [micro, camera('MicroVideoOffset', '1000')]],
])('a motion photo without a place: %s', (_name, properties) => {
  expect(find(properties)).toMatchObject({ offset: null, length: null });
});

test.each<[string, readonly XmpProperty[]]>([
  ['nothing', []],
  ['the flag is 0', [camera('MotionPhoto', '0'), listed]],
  ['only the list', [listed]],
  ['only an offset', [camera('MicroVideoOffset', '200')]],
  ['another namespace', [property(xmpNamespaces.dc, 'MotionPhoto', '1'), listed]],
])('no motion photo: %s', (_name, properties) => {
  expect(find(properties)).toBeNull();
});

const box: FoundVideo = { sign: 'mpvd-box', offset: 300, length: 400 };
const trailer: FoundVideo = { sign: 'samsung-trailer', offset: 500, length: 450 };
test.each<[string, readonly FoundVideo[], string, number, number]>([
  ['a box', [trailer, box], 'heif-mpvd', 300, 400],
  ['the trailer of Samsung', [trailer], 'samsung', 500, 450],
])('what was found in the container counts more than XMP: %s', (_name, found, kind, offset, length) => {
  expect(find([motion, listed], found)).toMatchObject({ kind, offset, length });
  expect(motionPhotoOf({ xmp: null, found, fileSize })).toMatchObject({ kind, presentationTimestampUs: null });
});

test.each<[string, string, number | null]>([
  ['MotionPhotoPresentationTimestampUs', '1500', 1500],
  ['MicroVideoPresentationTimestampUs', '0', 0],
  ['MotionPhotoPresentationTimestampUs', '-1', null],
  ['MotionPhotoPresentationTimestampUs', 'soon', null],
])('%s %s: %s', (name, text, time) => {
  expect(find([motion, listed, camera(name, text)])?.presentationTimestampUs).toBe(time);
});
