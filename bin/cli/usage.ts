// The text of `bucket-exif --help`.

import { styleNames } from '../../lib';

/** What can be asked for, and how. */
export const usage = `bucket-exif: the EXIF of images, wherever they are; only the bytes that are needed are read

Usage: bucket-exif [options] SOURCE...
       bucket-exif serve [options]     the service on this machine: bucket-exif serve --help

A SOURCE is
  photo.jpg                            a file
  photos                               a folder, with all below it: files with the suffix of an image, hidden ones not;
                                       what is left out is counted on standard error, by the reason
  s3://bucket/key[?region=..&endpoint=..&style=path|virtual&credentials=none&payer=requester]
  cos://bucket-appid/key?region=..[&credentials=none&payer=requester]
  https://host/path                    what a web server has, by ranged requests
  -                                    standard input

  --json         JSON, one line a source (default unless the output is a terminal): the text of the style, and with a
                 folder or several sources {"source":"..","exif":..}
  --table        for the eye (default on a terminal)
  --style NAME   ${styleNames.join(', ')}
                 (default: typed for --json, readable for --table)
  --only NAMES   only these tags, with commas between: Make,Model,0x9209 or 37385
  --lines        {"source":"..","exif":..} also for one source; implies --json
  --all          all files of a folder, whatever they are called
  --version      the version of this program
  --help         this text

Exit code: 0 all read, 1 some could not be (the reason is on standard error), 2 wrong use, 130 stopped by ctrl-c.
An image without EXIF is no failure. Credentials of s3:// and cos:// come from the environment or the usual AWS sources.
NO_COLOR and FORCE_COLOR are respected. More: docs/cli.md
`;
