// The text of `bucket-exif forget --help`.

/** The text in lines of at most 80 columns. */
export const usage = `bucket-exif forget: removes from caches and sinks what was derived from objects
(their EXIF). The objects themselves are not touched.

Usage: bucket-exif forget OBJECT.. [options]

  OBJECT              s3://bucket/key or s3://bucket/prefix/, the same with
                      cos://bucket-appid, with the options of a bucket at the
                      end (?region=..); or a file or folder in the folder that
                      is the bucket. A key that ends with / is a prefix, and
                      s3://bucket/ is the whole bucket

  --bucket FOLDER     the folder that is the bucket (default: EXIF_BUCKET)
  --cache LOCATION    the cache (default: EXIF_CACHE; none = leave it)
  --sink LOCATIONS    the sinks, separated by commas (default: EXIF_SINK)
  --dataset LOCATION  also this dataset: a folder, or s3://bucket/prefix/. Sinks
                      in buckets are datasets without this option
  --notify            send "removed" to the sinks that only send messages
  --dry-run           only look: print what would be removed
  --yes, -y           do not ask before a prefix is forgotten
  --help              this text

An object that still exists is read again by the next request or event for it,
and then cached and sent again. Delete the object first, or exclude it, if it
shall stay forgotten.

For a prefix all caches and tables are searched, so entries of objects that do
not exist any more are found too. In DynamoDB that reads the whole table.

For each place the end says: removed, nothing there, failed, or not possible and
why. A key name stays in the mark that replaces an entry. See docs/privacy.md.

Exit codes: 0 done, 1 something could not be removed this time, 2 it could not
start or was not confirmed, 3 done, but from some places nothing can be removed,
130 stopped by the user.
`;
