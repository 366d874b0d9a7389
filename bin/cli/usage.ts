// The text of `bucket-exif --help`.

import { styleNames } from '../../lib';

/** The text. */
export const usage = `bucket-exif: shows the EXIF of images in files, buckets and on the web; reads only the bytes that it needs

Usage: bucket-exif [options] SOURCE...
       bucket-exif serve [options]     the service on this machine: bucket-exif serve --help

A SOURCE is
  photo.jpg                            a file
  photos                               a folder and its subfolders: files with the suffix of an image, except hidden ones;
                                       skipped files are counted on standard error, by reason
  s3://bucket/key[?region=..&endpoint=..&style=path|virtual&credentials=none&payer=requester]
  cos://bucket-appid/key?region=..[&credentials=none&payer=requester]
  https://host/path                    an image on a web server, read by ranged requests
  -                                    standard input

  --json         JSON, one line per source (default unless the output is a terminal): the JSON of the style; for a
                 folder or several sources: {"source":"..","exif":..}
  --table        a table for people (default on a terminal)
  --style NAME   ${styleNames.join(', ')}
                 (default: flat for --json, readable for --table)
  --only NAMES   only these tags, separated by commas: Make,Model,0x9209 or 37385
  --lines        {"source":"..","exif":..} also for a single source; implies --json
  --all          all files of a folder, with any name
  --version      print the version of this program
  --help         print this text

Exit codes: 0 all read, 1 some not read (standard error has the reasons), 2 wrong options, 130 stopped by Ctrl-C.
An image without EXIF is not a failure. Credentials of s3:// and cos:// come from the environment or the usual AWS sources.
NO_COLOR and FORCE_COLOR are respected. More: docs/cli.md
`;
