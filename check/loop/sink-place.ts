// What a sink of the loop is.
import type { SinkMessage } from '../../lib/sink/sink';

/** The state of an object in a sink. `form`: what is compared with the same from a fresh read; null = the object is gone. */
export type SinkState = Readonly<{ form: unknown }>;

export type SinkPlace = Readonly<{
  name: string;
  /** As EXIF_SINK has it. */
  location: string;
  /** The state of each object that the sink has, by its key. */
  states(): Promise<ReadonlyMap<string, SinkState>>;
  /** The form that a message should have in this sink. */
  formOf(message: SinkMessage): unknown;
  close(): Promise<void>;
}>;
