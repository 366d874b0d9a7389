// The text of `bucket-exif --help`.

import { styleNames } from '../../lib';

/** The text, in lines of at most 80 columns. */
export const usage = `bucket-exif: shows the EXIF of images in files, buckets and on the web.
It reads only the bytes that it needs.

Usage: bucket-exif [options] SOURCE...
       bucket-exif serve [options]       the service on this machine
       bucket-exif backfill [options]    caches the EXIF of a whole bucket
       bucket-exif export SOURCE --to FILE   a table of a whole bucket: Parquet,
                                         CSV or NDJSON
       bucket-exif check [options]       tries what a store does (annotations)
       bucket-exif report SOURCE --html FILE the numbers of a bucket or a table
       bucket-exif forget OBJECT..       removes from caches and sinks what was
                                         derived from objects
       bucket-exif help [serve|backfill|export|check|report|forget]

A SOURCE is
  photo.jpg                a file
  photos                   a folder and its subfolders
  'photos/**/*.{jpg,JPG}'  the files that match a pattern, in quotes
  s3://bucket/key          an object
  s3://bucket/prefix/      all objects below a prefix; s3://bucket: all of them
  's3://bucket/2024/*.jpg' the objects that match a pattern, in quotes
  cos://bucket-appid/key?region=ap-guangzhou       the same for Tencent COS
  https://host/path        an image on a web server, read by ranged requests
  -                        standard input

Options of s3://: ?region=..&endpoint=..&style=path|virtual&credentials=none
&payer=requester. Options of cos://: ?region=..&credentials=none&payer=requester
Folders, prefixes and patterns name only files with the suffix of an image, and
no hidden files. A line on standard error counts those that are skipped.

Output (default: a table on a terminal, otherwise JSON)
  --table        a table for people
  --json         the JSON of the style; several sources: as with --lines
  --lines        {"source":"..","exif":..}, one line for each source
  --ndjson       {"source":"..","make":"..",..}, one line for each source
  --csv          comma-separated values with a header
  --tsv          tab-separated values with a header
  --style NAME   ${styleNames.join(', ')}
                 (default: readable for --table, otherwise flat)
  --only NAMES   only these tags: Make,Model,0x9209 or 37385. With the style
                 flat also fields: make,takenAt,latitude,LensSerialNumber
  --metadata     not only EXIF: also XMP, IPTC, ICC, C2PA, maker notes, and the
                 headers of videos. Styles: flat (default) and typed. --only
                 takes blocks (xmp,iptc) or members (title,keywords,rating)
  --raw-text     --csv and --tsv: do not put ' before text that a spreadsheet
                 may take for a formula

  --all          files and objects with any name, hidden files too
  --quiet        on standard error only the sources that could not be read
  --version      print the version of this program
  --help         print this text

Exit codes: 0 all read, 1 some not read (standard error has the reasons),
2 wrong options, 130 stopped by Ctrl-C. An image without EXIF is not a failure.
Credentials of s3:// and cos:// come from the environment or, for s3://, the
usual AWS sources. NO_COLOR and FORCE_COLOR are respected. More: docs/cli.md
`;
