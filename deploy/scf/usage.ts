// The text of `npm run deploy:scf -- --help`, and the error of who did not heed it.
export const usage = `Deploys bucket-exif to Tencent SCF: a Web function with a URL, and an event function that follows uploads.

Usage: npm run deploy:scf -- --region ap-guangzhou --function bucket-exif --bucket photos-1250000000 [options]

  --region REGION          region of the functions and of the bucket
  --function NAME          the Web function
  --bucket NAME-APPID      the bucket with the images (or EXIF_BUCKET in the environment)
  --event-function NAME    also a function that keeps the cache as the bucket is (needs EXIF_CACHE)
  --prefix PREFIX          follow uploads to keys that begin so only
  --role NAME              role of the functions: what they may read (docs/scf.md)
  --memory MB              64, or a multiple of 128 up to 3072 (default: 256)
  --timeout SECONDS        1 to 900, more than EXIF_TOTAL_MS (default: 10)
  --concurrency NUMBER     requests that one instance answers at once, 1 to 100 (default: what the function has)
  --namespace NAME         (default: default)
  --code-bucket NAME-APPID a bucket in the region to send the code through: it has more than an API request takes
                           with both builds of sharp; without it only the one in WebAssembly goes along
  --endpoint URL           the API (default: https://scf.tencentcloudapi.com)
  --zip FILE               only writes the zip to FILE, for the console
  --dry-run                only says what it would do
  --help                   this text

Keys: TENCENTCLOUD_SECRET_ID, TENCENTCLOUD_SECRET_KEY, and for temporary ones TENCENTCLOUD_SECURITY_TOKEN (or
TENCENTCLOUD_SESSION_TOKEN); or TENCENTCLOUD_SECRETID, TENCENTCLOUD_SECRETKEY, and TENCENTCLOUD_TOKEN (or
TENCENTCLOUD_SESSIONTOKEN). The first pair that is set is used. A dry run needs them, too: it asks what is there.
The functions get all EXIF_* settings of the environment (README.md, "Settings"). EXIF_CALLERS=platform lets CAM check
the callers; else set EXIF_KEYS=env:NAME and NAME, or EXIF_PUBLIC.
Safe to repeat: a second run sends the code again and changes nothing else.
Exit codes: 0 done, 1 failed (it says what was done and how to go on), 2 wrong options or settings: nothing was sent.
`;

/** Wrong options or settings: nothing was sent. */
export class UsageError extends Error {}
