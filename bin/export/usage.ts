// The text of `bucket-exif export --help`.

/** The text, in lines of at most 80 columns. */
export const usage = `bucket-exif export: writes the metadata of all images of a bucket or folder into
one file, or a dataset of many files that is kept up to date: a row for each
object, for DuckDB, pandas, Spark, databases and so on.

Usage: bucket-exif export SOURCE --to FILE [options]
       bucket-exif export SOURCE --to DATASET [options]
       bucket-exif export --merge DATASET | --compact DATASET

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

A DATASET is a place for Parquet parts: dataset/ (a folder, with a slash at its
end), s3://bucket/prefix/ or cos://bucket-appid/prefix/?region=... The first
export reads all objects, each later one only what is new or changed, and drops
the rows of removed objects. One that was stopped, even by kill -9, goes on when
the same command is started again. Options other than --include, --all,
--no-privacy, --concurrency, --workers and --quiet:
  --by NAME           divide the rows: by prefix (first part of the key), month
                      (of taken_at_local) or none (default)
  --again             read unchanged objects too, for example after EXIF_DROP or
                      the version of bucket-exif has changed
  --allow-removals    also drop all rows, or more than the list has objects.
                      Otherwise that is refused: a disk may not be mounted
  --restart           give up what an interrupted export has read
  --part-rows N       rows in memory and in one part, at most (default: 250000)
  --merge DATASET     merge the messages that a sink s3:// or cos:// has written
                      there (EXIF_SINK), then delete them. No image is read
  --compact DATASET   rewrite small parts and parts with rows that do not count;
                      every export and merge ends with that

The columns are in docs/tables.md. An object that cannot be read as an image is
a row with a code in the column error. EXIF_DROP and the limits apply as to the
service: docs/settings.md.

Exit codes: 0 all read, 1 some objects failed this time (network, permissions;
they are rows with an error too), 2 the file could not be written or the bucket
not be listed, 130 stopped by Ctrl-C. With 2 and 130 there is no file; a dataset
keeps what was read. Objects that failed keep the row that the dataset had, and
messages that cannot be read stay: run the same command again.
`;
