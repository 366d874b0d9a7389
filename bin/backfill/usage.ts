// The text of `bucket-exif backfill --help`.

/** The text in lines of at most 80 columns, with the command that the user types. */
export const usage = (
  program: string,
): string => `bucket-exif: caches the EXIF of all images that are already in a bucket

Usage: ${program} --bucket LOCATION [options]

  --bucket LOCATION   the bucket with the images (default: EXIF_BUCKET)
                        photos or /srv/photos       a folder
                        s3://name[?region=..&endpoint=..&style=path|virtual
                          &credentials=none&payer=requester&events=name]
                        cos://name-appid?region=ap-guangzhou
                          [&credentials=none&payer=requester]
  --prefix TEXT       only keys that start with it
  --include PATTERNS  only keys that match one of these, separated by commas:
                      * is any text, ? is one character, case does not count
                      (default: the suffixes of images, *.jpg,*.heic and so on)
  --all               all keys, with any name
  --manifest FILE     the keys in this file, .csv or .csv.gz as S3 Inventory
                      writes it: bucket,key[,...]
  --failures FILE     where to write, as such a manifest, the keys that failed
                      and those of unreadable images
  --dry-run           only print what would be done; read no image and write
                      nothing
  --engine NAME       local or s3-batch (default: s3-batch for s3:// in AWS,
                      otherwise local)
  --help              this text

--engine local: this machine reads each image and writes the cache. It can be
stopped (Ctrl-C, even kill -9) and continues when it is started again with the
same arguments.
  --cache LOCATION    the cache to write (default: EXIF_CACHE)
  --sink LOCATION     where to send a message about each image, as in EXIF_SINK,
                      also of those that the cache has; none = nowhere
                      (default: EXIF_SINK)
  --concurrency N     images at once in all, 1 to 1000 (default: 32 a worker)
  --workers N         threads that read, 1 to 64 (default: 1); more than one pay
                      when the store is faster than one core
  --state FILE        the file with its position
                      (default: .bucket-exif-backfill-<hash>.json in the
                      current folder)
  --restart           start from the beginning
  --no-count          do not count the objects first; the progress then shows no
                      total
  --private           also read what each image gives away (as exif/private) and
                      print the totals; at least one more GET for each image

--engine s3-batch: an S3 Batch Operations job calls the deployed function for
each object; this program waits and shows the progress.
  --function-arn ARN  the function whose handler is handler/batch.handler
  --role-arn ARN      the role of the job: may invoke the function, read the
                      manifest, write the report
  --account-id ID     the account that the job belongs to
  --report s3://BUCKET/PREFIX       where AWS writes the failed objects
  --manifest s3://BUCKET/PATH       an S3 Inventory report (manifest.json) or a
                      CSV of bucket,key (default: AWS lists the bucket; then
                      --include takes one suffix, such as *.jpg, case counts)
  --job-id ID         show a job that was started before
  --poll SECONDS      time between two status requests (default: 10)
  --endpoint URL      send the requests for S3 Control and S3 to this address

At the end, the engine local prints these counts:
  cached              read now and put into the cache
  failed              could not be read, cached or sent this time (network,
                      permissions ...): try again
  unreadable          empty, damaged, over a limit, or not an image. The cache
                      stores this too, so it is not a failure
  already up to date  the cache already had this version
Every run writes the failed and unreadable keys to the file of --failures. A job
of S3 Batch Operations lists only the failed ones.

Exit codes: 0 all done, 1 some objects failed, 2 it could not start or continue,
130 stopped by the user. All other settings are environment variables (see
docs/settings.md). They must be the same as for the deployed function. The
engine local ignores EXIF_WATCH, which is about events; the deployed function
follows it.
`;
