// The wanted state: the two functions and their triggers, in the words of the API.
import { keyVariable } from '../../lib/auth/key-location';
import { sinkSettingNames } from '../../service/config/sink-config';
import type { DeployOptions } from './options';
import type { Settings } from './settings';

export type WantedFunction = Readonly<{
  name: string;
  type: 'HTTP' | 'Event';
  label: string;
  description: string;
  memory: number;
  timeout: number;
  role: string | null;
  /** Requests at the same time in one instance; null = no change. Web functions only. */
  concurrency: number | null;
  variables: ReadonlyMap<string, string>;
  triggers: readonly WantedTrigger[];
}>;

export type WantedTrigger =
  | Readonly<{ type: 'http'; name: string; auth: 'CAM' | 'NONE' }>
  | Readonly<{ type: 'cos'; name: string; event: string; prefix: string }>;

export const runtime = 'Nodejs20.19';
/** The alias that console and API use for the deployed code. */
export const qualifier = '$DEFAULT';

/** The events of COS that the function follows. */
const cosEvents = ['cos:ObjectCreated:*', 'cos:ObjectRemove:*'];

/** The functions, the Web function first. */
export function wantedFunctions(options: DeployOptions, settings: Settings): readonly WantedFunction[] {
  const { memory, timeout, role, concurrency } = options;
  const variables = withoutSinks(settings.variables);
  const shared = { memory, timeout, role, variables };
  const web: WantedFunction = {
    ...shared,
    name: options.functionName,
    type: 'HTTP',
    label: 'Web function',
    description: 'GET key?exif returns the EXIF of images in a bucket',
    concurrency,
    triggers: [{ type: 'http', name: 'url', auth: settings.urlAuth }],
  };
  if (options.eventFunction === null || settings.watched === null) return [web];
  const domain = `${settings.watched}.cos.${options.region}.myqcloud.com`;
  const event: WantedFunction = {
    ...shared,
    name: options.eventFunction,
    type: 'Event',
    label: 'event function',
    description: 'Keeps the EXIF in the cache up to date with the bucket',
    variables: withoutCallers(settings.variables),
    concurrency: null,
    triggers: cosEvents.map((name) => ({ type: 'cos', name: domain, event: name, prefix: options.prefix })),
  };
  return [web, event];
}

/** Only COS calls the event function, so it gets no settings about callers. */
function withoutCallers(variables: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const keys = keyVariable(variables.get('EXIF_KEYS') ?? '');
  const kept = [...variables].filter(([name]) => !['EXIF_KEYS', 'EXIF_PUBLIC', keys].includes(name));
  return new Map([...kept, ['EXIF_CALLERS', 'platform']]);
}

/** Only the event function sends to the sinks. */
function withoutSinks(variables: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...variables].filter(([name]) => !(sinkSettingNames as readonly string[]).includes(name)));
}

/** The description of triggers that this command made: only those are replaced. */
export const mark = 'made by bucket-exif';

/** The description of a trigger in the form that CreateTrigger takes. */
export function triggerText(trigger: WantedTrigger): string {
  return JSON.stringify(
    trigger.type === 'http'
      ? { AuthType: trigger.auth, NetConfig: { EnableIntranet: false, EnableExtranet: true } }
      : { event: trigger.event, filter: { Prefix: trigger.prefix, Suffix: '' } },
  );
}
