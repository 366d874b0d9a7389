// What the settings of the sinks are. The code that reads and checks them (sink-settings.ts) is loaded only when one is set: the
// function that answers requests has none, and starts faster without it.
import type { SecretLocation } from '../../lib/auth/key-location';
import type { SinkLocation } from '../../lib/sink/location';
import type { SinkStyle } from '../../lib/sink/sink';

export type SinkConfig = Readonly<{
  /** Where messages are sent; an empty list = nowhere. */
  locations: readonly SinkLocation[];
  style: SinkStyle;
  /** The secret that signs webhooks, or the place that has it; null = none. */
  secret: string | SecretLocation | null;
  /** Whether webhooks may be sent to private addresses, and without TLS. */
  allowPrivate: boolean;
}>;

/** Every setting of the sinks, by the name of its environment variable. */
export const sinkSettingNames = ['EXIF_SINK', 'EXIF_SINK_STYLE', 'EXIF_SINK_SECRET', 'EXIF_SINK_PRIVATE'] as const;

/** Without any of these settings. */
export const noSinks: SinkConfig = { locations: [], style: 'flat', secret: null, allowPrivate: false };
