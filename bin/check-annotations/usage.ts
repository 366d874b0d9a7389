// The text of `bucket-exif check --help`.
import { defaultAnnotation } from '../../lib/cache/location';

/** The text in lines of at most 80 columns, with the command that the user types. */
export const usage = (program: string): string => `bucket-exif: checks how a store behaves

Usage: ${program} annotations BUCKET... [--name NAME]

Tries the rules of object annotations of S3 that EXIF_CACHE=annotation: depends
on, and that no document guarantees. It uses only objects whose keys begin with
bucket-exif-check/<random>, and removes them, also after Ctrl-C.

  BUCKET        s3://name[?region=..], or an emulator that has annotations:
                s3://name?endpoint=http://host:port
  --name NAME   the name of the annotation in the printed EXIF_CACHE
                (default: ${defaultAnnotation})
  --help        this text

For each rule it prints what is expected and what was seen:
  ok       as expected
  FAILS    the cache needs this rule: do not use annotations here with trust
  differs  another answer than expected, which does no harm
  note     for your information

When all rules hold, it prints the EXIF_CACHE with which EXIF_FRESHNESS=trust is
accepted. Check a bucket again after you have turned its versioning on or off.

Permissions for bucket-exif-check/*, with credentials from the environment or
the usual AWS sources:
  s3:PutObject, s3:GetObject, s3:DeleteObject, s3:AbortMultipartUpload
  s3:PutObjectAnnotation, s3:GetObjectAnnotation, s3:DeleteObjectAnnotation
  s3:ListObjectAnnotations (optional), and on the bucket s3:ListBucket
  with versioning also s3:DeleteObjectVersion, s3:GetObjectVersionAnnotation
  and, on the bucket, s3:ListBucketVersions

It sends about 60 requests, which cost less than 0.001 dollars.
Exit codes: 0 all needed rules hold, 1 one fails, 2 it could not run, 130
stopped by the user. More: docs/annotations.md
`;
