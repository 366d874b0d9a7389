// What should be: the two functions and their triggers, as the API has them.
import type { DeployOptions } from './options';
import type { Settings } from './settings';

export type WantedFunction = Readonly<{
  name: string;
  type: 'HTTP' | 'Event';
  what: string;
  description: string;
  memory: number;
  timeout: number;
  role: string | null;
  /** Of an instance; null = as it is. Web functions only. */
  concurrency: number | null;
  variables: ReadonlyMap<string, string>;
  triggers: readonly WantedTrigger[];
}>;

export type WantedTrigger =
  | Readonly<{ type: 'http'; name: string; auth: 'CAM' | 'NONE' }>
  | Readonly<{ type: 'cos'; name: string; event: string; prefix: string }>;

export const runtime = 'Nodejs20.19';
/** The alias that console and API use for what is deployed. */
export const qualifier = '$DEFAULT';

/** What COS tells of; the event function passes over the rest anyway. */
const cosEvents = ['cos:ObjectCreated:*', 'cos:ObjectRemove:*'];

/** The functions, the one that answers first. */
export function wantedFunctions(options: DeployOptions, settings: Settings): readonly WantedFunction[] {
  const { memory, timeout, role, concurrency } = options;
  const shared = { memory, timeout, role, variables: settings.variables };
  const web: WantedFunction = {
    ...shared,
    name: options.functionName,
    type: 'HTTP',
    what: 'Web function',
    description: 'GET key?exif answers the EXIF of images in a bucket',
    concurrency,
    triggers: [{ type: 'http', name: 'url', auth: settings.urlAuth }],
  };
  if (options.eventFunction === null || settings.watched === null) return [web];
  const domain = `${settings.watched}.cos.${options.region}.myqcloud.com`;
  const event: WantedFunction = {
    ...shared,
    name: options.eventFunction,
    type: 'Event',
    what: 'event function',
    description: 'Keeps the EXIF in the cache as the bucket is',
    variables: withoutCallers(settings.variables),
    concurrency: null,
    triggers: cosEvents.map((name) => ({ type: 'cos', name: domain, event: name, prefix: options.prefix })),
  };
  return [web, event];
}

/** COS calls the event function and nobody else does: it gets no keys of callers, nor what is public. */
function withoutCallers(variables: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const [, keys] = /^env:(.+)$/s.exec(variables.get('EXIF_KEYS') ?? '') ?? [];
  const kept = [...variables].filter(([name]) => !['EXIF_KEYS', 'EXIF_PUBLIC', keys].includes(name));
  return new Map([...kept, ['EXIF_CALLERS', 'platform']]);
}

/** Says in a trigger's description who made it: what it says is replaced, others are left alone. */
export const mark = 'made by bucket-exif';

/** A trigger's description, as CreateTrigger wants it. */
export function triggerText(trigger: WantedTrigger): string {
  return JSON.stringify(
    trigger.type === 'http'
      ? { AuthType: trigger.auth, NetConfig: { EnableIntranet: false, EnableExtranet: true } }
      : { event: trigger.event, filter: { Prefix: trigger.prefix, Suffix: '' } },
  );
}
