// The columns of a table of images, one row for each object. docs/tables.md describes them, and gives their types in SQL.

/**
 * `instant`: milliseconds since 1970 in UTC. `local`: the same for the clock on the wall, without a zone. `texts`: a list of
 * texts. `map`: texts by name.
 */
export type ColumnType = 'text' | 'int32' | 'int64' | 'double' | 'boolean' | 'instant' | 'local' | 'texts' | 'map';

/** A value; null = not known. `int64`, `instant` and `local` are numbers that are exact. */
export type Cell = string | number | boolean | readonly string[] | Readonly<Record<string, string>> | null;

/** `member`: the member of `?metadata` in the style `flat` that has the value as it is; absent = it is made from several. */
export type Column = Readonly<{ name: string; type: ColumnType; member?: string }>;

const column = (name: string, type: ColumnType, member?: string): Column =>
  member === undefined ? { name, type } : { name, type, member };

/** The version of the columns; a dataset says which one it has. It changes when a column is removed or gets another meaning. */
export const tableVersion = 1;

/** Names are lower case, because SQL engines ignore the case of a name. */
export const columns: readonly Column[] = [
  // The object
  column('bucket', 'text'),
  column('key', 'text'),
  column('etag', 'text'),
  column('size', 'int64'),
  column('last_modified', 'instant'),
  column('state_order', 'int64'), // grows with each state of the object: of two rows of one key, the greater one is later
  column('error', 'text'), // why the object could not be read, as a code; then the columns below are null
  // The image
  column('format', 'text', 'format'),
  column('width', 'int32', 'width'),
  column('height', 'int32', 'height'),
  column('orientation', 'int32', 'orientation'),
  column('color_profile', 'text', 'colorProfile'),
  column('hdr', 'text', 'hdr'),
  // When and where
  column('taken_at', 'instant'), // null when the offset from UTC is not known
  column('taken_at_local', 'local'),
  column('taken_at_source', 'text', 'takenAtSource'),
  column('utc_offset', 'text', 'offset'),
  column('utc_offset_source', 'text', 'offsetSource'),
  column('latitude', 'double', 'latitude'),
  column('longitude', 'double', 'longitude'),
  column('altitude', 'double', 'altitude'),
  column('direction', 'double', 'direction'),
  column('geohash', 'text'), // of 9 characters, about 5 m
  column('city', 'text', 'city'),
  column('country', 'text', 'country'),
  // With what
  column('make', 'text', 'make'),
  column('model', 'text', 'model'),
  column('lens', 'text', 'lens'),
  column('serial_number', 'text', 'serialNumber'),
  column('lens_serial_number', 'text', 'lensSerialNumber'),
  column('shutter_count', 'int64', 'shutterCount'),
  column('software', 'text', 'software'),
  column('exposure_time', 'double', 'exposureTime'),
  column('f_number', 'double', 'fNumber'),
  column('iso', 'double', 'iso'),
  column('exposure_bias', 'double', 'exposureBias'),
  column('focal_length', 'double', 'focalLength'),
  column('focal_length_35', 'double', 'focalLength35'),
  column('flash', 'text', 'flash'),
  column('white_balance', 'text', 'whiteBalance'),
  column('metering_mode', 'text', 'meteringMode'),
  column('exposure_program', 'text', 'exposureProgram'),
  // What and who
  column('title', 'text', 'title'),
  column('description', 'text', 'description'),
  column('keywords', 'texts', 'keywords'),
  column('rating', 'double', 'rating'),
  column('label', 'text', 'label'),
  column('artist', 'text', 'artist'),
  column('creator', 'texts', 'creator'),
  column('credit', 'text', 'credit'),
  column('copyright', 'text', 'copyright'),
  column('persons', 'texts'), // the names
  column('faces', 'int32'), // regions of faces, with or without a name
  column('ai_generated', 'boolean'), // null when nothing says so
  column('ai_source', 'text'),
  column('gives_away', 'texts'), // the kinds of `exif/private`; null when they were not looked for
  // Groups of files
  column('live_photo_id', 'text', 'livePhotoId'),
  column('burst_id', 'text', 'burstId'),
  column('motion_photo', 'boolean'),
  // Videos
  column('duration', 'double', 'duration'),
  column('rotation', 'int32', 'rotation'),
  column('video_codec', 'text', 'videoCodec'),
  column('audio_codec', 'text', 'audioCodec'),
  // The rest
  column('tags', 'map'), // every other tag of the EXIF, as text
  column('warnings', 'texts', 'warnings'),
];

/** One object: cells by the name of their column. A missing cell is null. */
export type Row = Readonly<Record<string, Cell>>;
