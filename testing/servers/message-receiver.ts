// A receiver of signed webhooks on loopback that keeps the messages it accepts.
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import type { SinkMessage } from '../../lib/sink/sink';
import { listenOnLoopback } from './loopback';

const secret = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';

export type MessageReceiver = Readonly<{
  url: string;
  /** The settings of a program that sends to it, but not EXIF_SINK. */
  env: Readonly<Record<string, string>>;
  /** All messages that were accepted, in order. */
  messages: readonly SinkMessage[];
  /** For each key the message with the greatest order. */
  latest(): ReadonlyMap<string, SinkMessage>;
  close(): Promise<void>;
}>;

/** `statusFor` returns the status of the answer to a batch; default: 204. Wrong signatures are refused with 401. */
export async function messageReceiver(
  statusFor: (messages: readonly SinkMessage[]) => number = () => 204,
): Promise<MessageReceiver> {
  const accepted: SinkMessage[] = [];
  const webhook = new Webhook(secret);
  const receive = (body: string, headers: Record<string, string>): number => {
    let messages: readonly SinkMessage[];
    try {
      ({ messages } = webhook.verify(body, headers) as { messages: readonly SinkMessage[] });
    } catch {
      return 401;
    }
    const status = statusFor(messages);
    if (status < 300) accepted.push(...messages);
    return status;
  };
  const server = createServer((request, response) => {
    void text(request).then(
      (body) => response.writeHead(receive(body, request.headers as Record<string, string>)).end(),
      () => response.destroy(),
    );
  });
  const { endpoint, close } = await listenOnLoopback(server);
  return {
    url: `${endpoint}/exif`,
    env: { EXIF_SINK_SECRET: secret, EXIF_SINK_PRIVATE: '1' },
    messages: accepted,
    latest() {
      const latest = new Map<string, SinkMessage>();
      for (const message of accepted) {
        if (message.order >= (latest.get(message.key)?.order ?? 0)) latest.set(message.key, message);
      }
      return latest;
    },
    close,
  };
}
