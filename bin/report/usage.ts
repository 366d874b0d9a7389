// The text of `bucket-exif report --help`.

/** The text, in lines of at most 80 columns. */
export const usage = `bucket-exif report: sums up the EXIF of a bucket or a table in one HTML file.

Usage: bucket-exif report SOURCE --html FILE [options]

A SOURCE is
  photos.parquet           a table that bucket-exif export wrote
  photos.ndjson            the same as lines of JSON, also .ndjson.gz
  dataset/                 a dataset, or a folder with Parquet files
  s3://bucket/dataset/     a dataset in a bucket
  photos                   a folder with images, which are all read
  s3://bucket/prefix/      the images of a bucket, which are all read; patterns
                           and cos:// as in bucket-exif export --help
A large bucket is better exported once: reports of the table take seconds.

  --html FILE    write the report: one file without scripts, which needs no
                 network. It shows cameras, lenses, months, places on a map,
                 formats, what images give away, AI labels, and failures
  --json FILE    write the same numbers for programs
  --title TEXT   the heading of the report
  --overwrite    replace FILE if it exists
  --quiet        no progress
  --help         print this text

Exit codes: 0 the report was written, 1 too, but some objects failed this time
(network, permissions), 2 it could not be written, 130 stopped by Ctrl-C.
Places are shown by areas of about 40 or 150 km, and keys only as examples of
objects that could not be read. More: docs/tables.md
`;
