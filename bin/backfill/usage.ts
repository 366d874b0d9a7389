// The text of `npm run backfill -- --help`.

/** What can be asked for, and how. */
export const usage = `bucket-exif: caches the EXIF of all images that are in a bucket already

Usage: npm run backfill -- --bucket LOCATION [options]

  --bucket LOCATION   whose images (default: EXIF_BUCKET)
                        photos or /srv/photos       a folder
                        s3://name[?region=..&endpoint=..&style=path|virtual&credentials=none&payer=requester
                                  &events=name]
                        cos://name-appid?region=ap-guangzhou[&credentials=none&payer=requester]
  --prefix TEXT       only keys that begin with it
  --include PATTERNS  only keys that fit one of them, with commas between: * is any run of characters, ? is one,
                      case does not count (default: the suffixes of images, *.jpg,*.heic,*.cr3 and so on)
  --all               all keys, whatever they are called
  --manifest FILE     the keys in this file, .csv or .csv.gz as S3 Inventory writes it: bucket,key[,...]
  --failures FILE     where to write, as such a manifest, the keys that failed and those of unreadable images
  --dry-run           say what would be done, read and write nothing
  --engine NAME       local or s3-batch (default: s3-batch for s3:// in AWS, otherwise local)
  --help              this text

--engine local: this machine reads each image and writes the cache. It can be stopped (ctrl-c, even kill -9) and goes
on where it was when started again with the same arguments.
  --cache LOCATION    where to (default: EXIF_CACHE)
  --concurrency N     images at once, 1 to 1000 (default: 32)
  --state FILE        where it notes how far it is (default: .bucket-exif-backfill-<hash>.json in this folder)
  --restart           from the beginning, whatever was noted
  --no-count          do not count the objects meanwhile; the end is not told then

--engine s3-batch: an S3 Batch Operations job calls the deployed function for each object; this program waits and shows.
  --function-arn ARN  the function whose handler is handler/batch.handler
  --role-arn ARN      the role of the job: may invoke the function, read the manifest, write the report
  --account-id ID     the account that the job belongs to
  --report s3://BUCKET/PREFIX       where AWS writes what failed
  --manifest s3://BUCKET/PATH       an S3 Inventory report (manifest.json) or a CSV of bucket,key (default: AWS lists
                                    the bucket; then --include takes one suffix, such as *.jpg, case counts)
  --job-id ID         go on showing a job that was begun before
  --poll SECONDS      between two looks at the job (default: 10)
  --endpoint URL      ask this in place of S3 Control and S3

At the end the engine local counts the objects:
  cached              read now; their EXIF is in the cache
  failed              could not be read or cached this time (network, permissions ...): try again
  unreadable          empty, damaged, over a limit, or not an image. The cache keeps that too, so it is no failure
  already up to date  the cache had this version
--failures lists the failed and the unreadable ones in every run. A job of S3 Batch Operations lists only failed ones.

Exit code: 0 all done, 1 some objects failed, 2 it could not run or go on, 130 stopped by the user.
Settings of how images are read are environment variables, and must be those of the deployed function: see README.md.
EXIF_WATCH is about events: the engine local ignores it, the deployed function follows it.
`;
