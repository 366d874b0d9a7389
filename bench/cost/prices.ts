// List prices, each with its date and where it was read. Nothing is converted: dollars stay dollars, yuan stay yuan.

type Currency = 'USD' | 'CNY';

/** `amount` buys `per` of `unit`. `date`: when the source was dated or read. `firstHand`: read at who asks the price. */
export type Price = Readonly<{
  what: string;
  amount: number;
  currency: Currency;
  per: number;
  unit: string;
  date: string;
  source: string;
  firstHand: boolean;
}>;

const million = 1_000_000;
/** Bytes of a GB as both clouds count it. */
export const GB = 2 ** 30;

const lambdaPage = 'https://cloudchipr.com/blog/aws-lambda-pricing';
const dynamoPage = 'https://airbyte.com/data-engineering-resources/dynamodb-pricing';
const gatewayPage =
  'https://docs.aws.amazon.com/whitepapers/latest/best-practices-api-gateway-private-apis-integration/cost-optimization.html';
const cachePage = 'docs/cache.md, from the AWS price lists';
const scfList = 'price list of uniCloud, which resells Tencent Cloud';

/** us-east-1 for AWS, mainland China for Tencent; the first tier, no free tier, no contract. */
export const prices = {
  lambdaCall: usd('Lambda, a call', 0.2, million, 'calls', '2026', cachePage, false),
  lambdaTime: usd('Lambda, time on arm64', 0.0000133334, 1, 'GB s', '2024', lambdaPage, false),
  lambdaTimeX86: usd('Lambda, time on x86_64', 0.0000166667, 1, 'GB s', '2024', lambdaPage, false),
  s3Get: usd('S3, a GET', 0.0004, 1000, 'requests', '2026', cachePage, false),
  s3Put: usd('S3, a PUT', 0.005, 1000, 'requests', '2026', cachePage, false),
  s3SameRegion: usd('S3 to Lambda in its region', 0, GB, 'bytes', 'undated', 'http://aws.amazon.com/s3/faqs/', true),
  s3OtherRegion: usd('S3 to another region', 0.02, GB, 'bytes', '2026', cachePage, false),
  dynamoRead: usd('DynamoDB on demand, a read unit (4 KB)', 0.125, million, 'units', '2025-07-21', dynamoPage, false),
  dynamoWrite: usd('DynamoDB on demand, a write unit (1 KB)', 0.625, million, 'units', '2025-07-21', dynamoPage, false),
  cloudWatch: usd(
    'CloudWatch Logs, taking in',
    0.5,
    GB,
    'bytes',
    '2026-06',
    'https://c3x.dev/blog/cloudwatch-logs-cost-optimization',
    false,
  ),
  httpApi: usd('API Gateway, HTTP API', 1, million, 'requests', 'undated', gatewayPage, true),
  restApi: usd('API Gateway, REST API', 3.5, million, 'requests', 'undated', gatewayPage, true),
  scfCall: cny('SCF, a call', 0.0133, 10_000, 'calls', 'undated', 'notes in public repositories that agree', false),
  scfTime: cny('SCF, time', 0.00011108, 1, 'GB s', 'undated', scfList, false),
  cosRequest: cny('COS, a request, read or write', 0.01, 10_000, 'requests', 'undated', scfList, false),
  ciBytes: cny(
    'CI basic image processing, beyond 10 TB a month',
    0.025,
    GB,
    'bytes of the original',
    'undated',
    'https://cloud.tencent.com/document/product/460/58117',
    true,
  ),
} as const satisfies Record<string, Price>;

/** Bytes a month that CI processes free of charge [cloud.tencent.com/document/product/460/58117]. */
export const ciFreeBytes = 10 * 1024 * GB;
/** Bytes of the longest object that CI takes: "at most 32 MB". */
export const ciLongest = 32 * 2 ** 20;

/** What `units` of a thing cost, in the currency of its price. */
export function cost({ amount, per }: Price, units: number): number {
  return (amount * units) / per;
}

type Rest = [what: string, amount: number, per: number, unit: string, date: string, source: string, firstHand: boolean];

function usd(...row: Rest): Price {
  return priced('USD', row);
}

function cny(...row: Rest): Price {
  return priced('CNY', row);
}

function priced(currency: Currency, [what, amount, per, unit, date, source, firstHand]: Rest): Price {
  return { what, amount, currency, per, unit, date, source, firstHand };
}
