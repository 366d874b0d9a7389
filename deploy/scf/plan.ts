// What there is, compared with what should be: the steps between them, in the order in which they are safe.
import type { FunctionState, ScfApi, TriggerState } from './api';
import type { Code } from './code';
import { compareTrigger, type TriggerChange } from './triggers';
import { type Patience, untilActive, untilGone } from './wait';
import { mark, qualifier, runtime, triggerText, type WantedFunction, type WantedTrigger } from './wanted';

/** One change. Done twice it does no harm. */
export type Step = Readonly<{ title: string; isCode: boolean; run(): Promise<void> }>;

/** What there is of a function; `state` null = nothing. */
export type Present = Readonly<{ state: FunctionState | null; triggers: readonly TriggerState[] }>;

export type Tools = Readonly<{ api: ScfApi; code: Code; patience: Patience }>;

/** Asks for a function and its triggers; changes nothing. */
export async function look(api: ScfApi, name: string): Promise<Present> {
  const state = await api.getFunction(name);
  return { state, triggers: state === null || isBroken(state) ? [] : await api.listTriggers(name) };
}

/** The steps for one function. Throws for one that cannot become what is wanted. */
export function plan(wanted: WantedFunction, { state, triggers }: Present, tools: Tools): readonly Step[] {
  const doors = wanted.triggers.flatMap((trigger) =>
    triggerSteps(wanted, trigger, compareTrigger(trigger, triggers), tools),
  );
  if (state === null) return [creation(wanted, tools), ...doors];
  if (isBroken(state)) return [removal(wanted, tools), creation(wanted, tools), ...doors];
  refuseOther(wanted, state);
  refuseDoor(wanted, triggers);
  const { send, configure } = changes(wanted, state, tools);
  // A function that leaves the check to CAM must not be reached without it, not even when the next step fails.
  const isGuarded = wanted.triggers.some((trigger) => trigger.type === 'http' && trigger.auth === 'CAM');
  return isGuarded ? [send, ...doors, ...configure] : [send, ...configure, ...doors];
}

/** It was never there for anybody, and the API takes no update of it. */
function isBroken({ Status }: FunctionState): boolean {
  return Status === 'CreateFailed';
}

/** Type and runtime are for good: another function of that name is someone else's. */
function refuseOther({ name, type, what }: WantedFunction, state: FunctionState): void {
  const found = `${state.Type ?? 'Event'}, ${state.Runtime ?? 'no runtime'}`;
  if ((state.Type ?? 'Event') === type && state.Runtime === runtime) return;
  throw new Error(
    `Function ${name} is there and is something else (${found}; wanted: ${what}, ${runtime}): choose another name, or delete it`,
  );
}

/** The event function checks no caller: what COS alone should call must not be reached from elsewhere. */
function refuseDoor({ name, type }: WantedFunction, triggers: readonly TriggerState[]): void {
  if (type !== 'Event' || !triggers.some(({ Type }) => Type === 'http' || Type === 'apigw')) return;
  throw new Error(
    `Function ${name} has a URL, and as an event function it would answer everybody: remove the URL first`,
  );
}

function removal({ name }: WantedFunction, { api, patience }: Tools): Step {
  return {
    title: `remove ${name}, whose creation failed`,
    isCode: false,
    async run() {
      await api.change('DeleteFunction', { FunctionName: name });
      await untilGone(api, name, patience);
    },
  };
}

function creation(wanted: WantedFunction, { api, code, patience }: Tools): Step {
  const { name, what, memory, timeout, role } = wanted;
  const rights = role === null ? 'no role: it may read what is public' : `role ${role}`;
  return {
    title: `create ${what} ${name} (${runtime}, ${memory} MB, ${timeout} s, ${rights})`,
    isCode: false,
    async run() {
      await api.change('CreateFunction', {
        FunctionName: name,
        Type: wanted.type,
        Runtime: runtime,
        Handler: wanted.type === 'HTTP' ? 'scf_bootstrap' : 'index.main_handler',
        Code: apiCode(code),
        CodeSource: 'ZipFile' in code ? 'ZipFile' : 'Cos',
        ...configuration(wanted, new Map()),
      });
      await untilActive(api, name, patience);
    },
  };
}

/** The code first: settings that it does not know yet would stop the code that is there from starting. */
function changes(
  wanted: WantedFunction,
  state: FunctionState,
  { api, code, patience }: Tools,
): Readonly<{ send: Step; configure: readonly Step[] }> {
  const { name } = wanted;
  const differences = differencesOf(wanted, state);
  const send: Step = {
    title: `send the code of ${name}`,
    isCode: true,
    async run() {
      await untilActiveOrFailed(api, name, patience);
      const CodeSource = 'ZipFile' in code ? 'ZipFile' : 'Cos';
      await api.change('UpdateFunctionCode', { FunctionName: name, ...apiCode(code), CodeSource });
      await untilActive(api, name, patience);
    },
  };
  if (differences.length === 0) return { send, configure: [] };
  const configure: Step = {
    title: `change of ${name}: ${differences.join(', ')}`,
    isCode: false,
    async run() {
      await api.change('UpdateFunctionConfiguration', { FunctionName: name, ...configuration(wanted, foreign(state)) });
      await untilActive(api, name, patience);
    },
  };
  return { send, configure: [configure] };
}

/** An update that failed before does not keep the next one from being sent. */
async function untilActiveOrFailed(api: ScfApi, name: string, patience: Patience): Promise<void> {
  const state = await api.getFunction(name);
  if (state?.Status !== 'UpdateFailed') await untilActive(api, name, patience);
}

function configuration(wanted: WantedFunction, others: ReadonlyMap<string, string>) {
  const variables = [...new Map([...others, ...wanted.variables])].map(([Key, Value]) => ({ Key, Value }));
  return {
    Description: wanted.description,
    MemorySize: wanted.memory,
    Timeout: wanted.timeout,
    Environment: { Variables: variables },
    ...(wanted.role === null ? {} : { Role: wanted.role }),
    ...(wanted.concurrency === null
      ? {}
      : { InstanceConcurrencyConfig: { DynamicEnabled: 'FALSE', MaxConcurrency: wanted.concurrency } }),
  };
}

/** Names of what is not as wanted; of variables no value. */
function differencesOf(wanted: WantedFunction, state: FunctionState): readonly string[] {
  const variables = variablesOf(state);
  const names = new Set([...wanted.variables.keys(), ...[...variables.keys()].filter(ours(variables))]);
  const changed = [...names].sort().filter((name) => wanted.variables.get(name) !== variables.get(name));
  const concurrency = state.InstanceConcurrencyConfig?.MaxConcurrency ?? null;
  return [
    ...(state.MemorySize === wanted.memory ? [] : [`memory ${state.MemorySize} to ${wanted.memory} MB`]),
    ...(state.Timeout === wanted.timeout ? [] : [`timeout ${state.Timeout} to ${wanted.timeout} s`]),
    ...(wanted.role === null || (state.Role ?? '') === wanted.role ? [] : ['role']),
    ...(wanted.concurrency === null || concurrency === wanted.concurrency ? [] : ['concurrency']),
    ...(state.Description === wanted.description ? [] : ['description']),
    ...changed,
  ];
}

function variablesOf({ Environment }: FunctionState): ReadonlyMap<string, string> {
  return new Map((Environment?.Variables ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
}

/** Variables that are not ours stay; the API takes all of them or none. */
function foreign(state: FunctionState): ReadonlyMap<string, string> {
  const variables = variablesOf(state);
  const isOurs = ours(variables);
  return new Map([...variables].filter(([name]) => !isOurs(name)));
}

/** Which of a function's variables an earlier run has set: the settings, and the keys of callers that EXIF_KEYS names. */
function ours(variables: ReadonlyMap<string, string>): (name: string) => boolean {
  const [, keys] = /^env:(.+)$/s.exec(variables.get('EXIF_KEYS') ?? '') ?? [];
  return (name) => name.startsWith('EXIF_') || name === keys;
}

function apiCode(code: Code): Code {
  if ('ZipFile' in code) return { ZipFile: code.ZipFile };
  const { CosBucketName, CosObjectName, CosBucketRegion } = code;
  return { CosBucketName, CosObjectName, CosBucketRegion };
}

function triggerSteps(wanted: WantedFunction, trigger: WantedTrigger, change: TriggerChange, tools: Tools): Step[] {
  if (change.kind === 'none') return [];
  const { api, patience } = tools;
  const { name } = wanted;
  const shared = {
    FunctionName: name,
    Type: trigger.type,
    TriggerDesc: triggerText(trigger),
    Description: mark,
    Qualifier: qualifier,
    Enable: 'OPEN',
  };
  const make: Step = {
    title: `${change.kind} ${titleOf(trigger)} of ${name}`,
    isCode: false,
    async run() {
      if (change.kind === 'update') {
        const { TriggerName = trigger.name, Qualifier = qualifier } = change.old;
        await api.change('UpdateTrigger', { ...shared, TriggerName, Qualifier });
      } else await api.change('CreateTrigger', { ...shared, TriggerName: trigger.name });
      await untilActive(api, name, patience);
    },
  };
  return [...(change.kind === 'create' ? change.old.map((old) => triggerRemoval(name, old, tools)) : []), make];
}

function titleOf(trigger: WantedTrigger): string {
  if (trigger.type === 'http') return `the URL (${trigger.auth === 'CAM' ? 'CAM' : 'the function'} checks the callers)`;
  return `the trigger ${trigger.event} for ${trigger.prefix === '' ? 'all keys' : `${trigger.prefix}*`}`;
}

/** A step of its own: should the next one fail, it is said that the old one is gone. */
function triggerRemoval(FunctionName: string, old: TriggerState, { api, patience }: Tools): Step {
  const { TriggerName = '', Type = '', TriggerDesc = '', Qualifier = qualifier } = old;
  return {
    title: `remove the old trigger of ${FunctionName}: ${TriggerDesc}`,
    isCode: false,
    async run() {
      await api.change('DeleteTrigger', { FunctionName, TriggerName, Type, TriggerDesc, Qualifier });
      await untilActive(api, FunctionName, patience);
    },
  };
}
