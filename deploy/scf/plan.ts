// Compares the present state with the wanted state, and plans the steps between them in a safe order.
import { keyVariable } from '../../lib/auth/key-location';
import { type FunctionState, type PollOptions, type ScfApi, type TriggerState, untilActive, untilGone } from './api';
import type { Code } from './code';
import { compareTrigger, type TriggerChange } from './triggers';
import { mark, qualifier, runtime, triggerText, type WantedFunction, type WantedTrigger } from './wanted';

/** One change. Running it twice does no harm. */
export type Step = Readonly<{ title: string; isCode: boolean; run(): Promise<void> }>;

/** The present state of a function; `state` null = there is no such function. */
export type FunctionFacts = Readonly<{ state: FunctionState | null; triggers: readonly TriggerState[] }>;

export type Tools = Readonly<{ api: ScfApi; code: Code; patience: PollOptions }>;

/** Reads a function and its triggers; changes nothing. */
export async function readPresent(api: ScfApi, name: string): Promise<FunctionFacts> {
  const state = await api.getFunction(name);
  return { state, triggers: state === null || isBroken(state) ? [] : await api.listTriggers(name) };
}

/** The steps for one function. Throws Error when an existing function cannot be changed to the wanted one. */
export function plan(wanted: WantedFunction, { state, triggers }: FunctionFacts, tools: Tools): readonly Step[] {
  const connect = wanted.triggers.flatMap((trigger) =>
    triggerSteps(wanted, trigger, compareTrigger(trigger, triggers), tools),
  );
  if (state === null) return [creation(wanted, tools), ...connect];
  if (isBroken(state)) return [removal(wanted, tools), creation(wanted, tools), ...connect];
  refuseOther(wanted, state);
  refuseUrl(wanted, triggers);
  const { send, configure } = changes(wanted, state, tools);
  // When CAM checks the callers, the URL must require CAM before the function stops checking, even if a step fails.
  const isGuarded = wanted.triggers.some((trigger) => trigger.type === 'http' && trigger.auth === 'CAM');
  return isGuarded ? [send, ...connect, ...configure] : [send, ...configure, ...connect];
}

/**
 * Whether the creation of a function failed. Whether the creation of a function failed. Such a function never ran, and the API
 * does not accept updates of it.
 */
function isBroken({ Status }: FunctionState): boolean {
  return Status === 'CreateFailed';
}

/** Type and runtime cannot be changed: a function with others was made for something else. */
function refuseOther({ name, type, label }: WantedFunction, state: FunctionState): void {
  const found = `${state.Type ?? 'Event'}, ${state.Runtime ?? 'no runtime'}`;
  if ((state.Type ?? 'Event') === type && state.Runtime === runtime) return;
  throw new Error(
    `Function ${name} exists with another type or runtime (${found}; expected: ${type}, ${runtime}): choose another name for the ` +
      `${label}, or delete that function`,
  );
}

/** The event function does not check callers, so only COS may call it. */
function refuseUrl({ name, type }: WantedFunction, triggers: readonly TriggerState[]): void {
  if (type !== 'Event' || !triggers.some(({ Type }) => Type === 'http' || Type === 'apigw')) return;
  throw new Error(`Function ${name} has a URL: as the event function it would answer everybody. Remove the URL first`);
}

function removal({ name }: WantedFunction, { api, patience }: Tools): Step {
  return step(`remove ${name}, whose creation failed`, async () => {
    await api.change('DeleteFunction', { FunctionName: name });
    await untilGone(api, name, patience);
  });
}

function creation(wanted: WantedFunction, tools: Tools): Step {
  const { name, label, memory, timeout, role } = wanted;
  const rights = role === null ? 'no role: it can only read public objects' : `role ${role}`;
  const title = `create ${label} ${name} (${runtime}, ${memory} MB, ${timeout} s, ${rights})`;
  return change(title, name, tools, ({ api, code }) =>
    api.change('CreateFunction', {
      FunctionName: name,
      Type: wanted.type,
      Runtime: runtime,
      Handler: wanted.type === 'HTTP' ? 'scf_bootstrap' : 'index.main_handler',
      Code: code,
      CodeSource: codeSource(code),
      ...configuration(wanted, new Map()),
    }),
  );
}

/** The code is sent first: the old code may not start with new settings. */
function changes(wanted: WantedFunction, state: FunctionState, tools: Tools) {
  const { name: FunctionName } = wanted;
  const { api, code, patience } = tools;
  const differences = differencesOf(wanted, state);
  const sendCode = async (): Promise<void> => {
    // After an update that failed, the next one can be sent at once.
    const present = await api.getFunction(FunctionName);
    if (present?.Status !== 'UpdateFailed') await untilActive(api, FunctionName, patience);
    await api.change('UpdateFunctionCode', { FunctionName, ...code, CodeSource: codeSource(code) });
  };
  const send = { ...change(`send the code of ${FunctionName}`, FunctionName, tools, sendCode), isCode: true };
  if (differences.length === 0) return { send, configure: [] };
  const configure = change(`change ${FunctionName}: ${differences.join(', ')}`, FunctionName, tools, () =>
    api.change('UpdateFunctionConfiguration', { FunctionName, ...configuration(wanted, otherVariables(state)) }),
  );
  return { send, configure: [configure] };
}

/** A step that makes a change of the function `name` and waits until it is active again. */
function change(title: string, name: string, tools: Tools, make: (tools: Tools) => Promise<void>): Step {
  return step(title, async () => {
    await make(tools);
    await untilActive(tools.api, name, tools.patience);
  });
}

function step(title: string, run: () => Promise<void>): Step {
  return { title, isCode: false, run };
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

/** The differences from the wanted state, without the values of variables. */
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

/** Variables of other tools, which stay: the API replaces all variables at once. */
function otherVariables(state: FunctionState): ReadonlyMap<string, string> {
  const isOurs = ours(variablesOf(state));
  return new Map([...variablesOf(state)].filter(([name]) => !isOurs(name)));
}

/** Chooses the variables that an earlier run has set: the settings, and the callers' keys that EXIF_KEYS names. */
function ours(variables: ReadonlyMap<string, string>): (name: string) => boolean {
  const keys = keyVariable(variables.get('EXIF_KEYS') ?? '');
  return (name) => name.startsWith('EXIF_') || name === keys;
}

function codeSource(code: Code): string {
  return 'ZipFile' in code ? 'ZipFile' : 'Cos';
}

function triggerSteps(wanted: WantedFunction, trigger: WantedTrigger, needed: TriggerChange, tools: Tools): Step[] {
  if (needed.kind === 'none') return [];
  const { name } = wanted;
  const shared = {
    FunctionName: name,
    Type: trigger.type,
    TriggerDesc: triggerText(trigger),
    Description: mark,
    Qualifier: qualifier,
    Enable: 'OPEN',
  };
  const make = change(`${needed.kind} ${titleOf(trigger)} of ${name}`, name, tools, ({ api }) => {
    if (needed.kind === 'create') return api.change('CreateTrigger', { ...shared, TriggerName: trigger.name });
    const { TriggerName = trigger.name, Qualifier = qualifier } = needed.old;
    return api.change('UpdateTrigger', { ...shared, TriggerName, Qualifier });
  });
  return [...(needed.kind === 'create' ? needed.old.map((old) => triggerRemoval(name, old, tools)) : []), make];
}

function titleOf(trigger: WantedTrigger): string {
  if (trigger.type === 'http') return `the URL (${trigger.auth === 'CAM' ? 'CAM' : 'the function'} checks the callers)`;
  return `the trigger ${trigger.event} for ${trigger.prefix === '' ? 'all keys' : `${trigger.prefix}*`}`;
}

/** A separate step: if the next one fails, the output says that the old trigger was removed. */
function triggerRemoval(FunctionName: string, old: TriggerState, tools: Tools): Step {
  const { TriggerName = '', Type = '', TriggerDesc = '', Qualifier = qualifier } = old;
  return change(`remove the old trigger of ${FunctionName}: ${TriggerDesc}`, FunctionName, tools, ({ api }) =>
    api.change('DeleteTrigger', { FunctionName, TriggerName, Type, TriggerDesc, Qualifier }),
  );
}
