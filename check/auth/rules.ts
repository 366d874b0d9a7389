// The configuration of the verifier under test. Signer, mutators and oracle use it too.

export type SchemeName = 'cos' | 'sigv4';

export type Rules = Readonly<{
  /** In whole seconds, because signatures state times in seconds. */
  now: Date;
  /** Seconds. */
  skew: number;
  region: string;
  /** Hosts that lead to the bucket. */
  hosts: ReadonlySet<string>;
  keys: readonly Readonly<{ id: string; secret: string }>[];
  /** Schemes that may leave the operation unsigned. */
  unsignedOperation: ReadonlySet<SchemeName>;
}>;

/** All made up. */
export const defaultRules: Rules = {
  now: new Date('2026-03-01T00:05:00.700Z'),
  skew: 900,
  region: 'eu-west-3',
  hosts: new Set(['images.example.com', 'bucket-1250000000.cos.ap-guangzhou.myqcloud.com']),
  keys: [
    { id: 'AKIDfuzzfuzzfuzzfuzzfuzzfuzzfuzzfuzz', secret: 'first+secret/of=the~fuzzer' },
    { id: 'AKIAFUZZFUZZFUZZFUZZ', secret: 'second secret' },
  ],
  unsignedOperation: new Set(['cos']),
};
