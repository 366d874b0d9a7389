// The text of `bucket-exif export --help`.

/** The text, in lines of at most 80 columns. */
export const usage = `bucket-exif export: writes the metadata of all images of a bucket or folder into
one file, a row for each object, for DuckDB, pandas, Spark, databases and so on.

Usage: bucket-exif export SOURCE --to FILE [options]

A SOURCE is
  photos                   a folder and its subfolders
  'photos/**/*.jpg'        the files that match a pattern, in quotes
  s3://bucket/prefix/      all objects below a prefix; s3://bucket: all of them
  's3://bucket/2024/*.jpg' the objects that match a pattern, in quotes
  cos://bucket-appid/prefix/?region=ap-guangzhou   the same for Tencent COS
Options of s3:// and cos:// are those of bucket-exif --help.

  --to FILE           the file to write: .parquet, .csv, .ndjson, .csv.gz or
                      .ndjson.gz. It gets its name when it is complete
  --overwrite         replace a file that exists
  --include PATTERNS  only keys that match one of these, separated by commas:
                      * is any text, ? is one character, case does not count
                      (default: the suffixes of images, videos and .xmp)
  --all               all keys, with any name, hidden files too
  --no-privacy        leave out the column gives_away; of some images fewer
                      bytes are read
  --raw-text          CSV: do not put ' before text that a spreadsheet may take
                      for a formula
  --concurrency N     objects at once in all, 1 to 1000 (default: 32 a worker)
  --workers N         threads that read, 1 to 64 (default: 1); more than one pay
                      when the store is faster than one core
  --no-count          do not count the objects first; the progress then shows no
                      total
  --quiet             on standard error only the objects that failed
  --help              this text

The columns are in docs/tables.md. An object that cannot be read as an image is
a row with a code in the column error. EXIF_DROP and the limits apply as to the
service: docs/settings.md.

Exit codes: 0 all read, 1 some objects failed this time (network, permissions;
they are rows with an error too), 2 the file could not be written or the bucket
not be listed, 130 stopped by Ctrl-C. With 2 and 130 there is no file.
`;
