// Compares the present triggers of a function with a wanted one.
import type { TriggerState } from './api';
import { mark, qualifier, type WantedTrigger } from './wanted';

/** The change for one trigger; `old` are triggers that must be removed first, or the one to update. */
export type TriggerChange = Readonly<
  { kind: 'none' } | { kind: 'create'; old: readonly TriggerState[] } | { kind: 'update'; old: TriggerState }
>;

type Json = Readonly<Record<string, unknown>>;

/** The change that adds `wanted` to the `present` triggers. Triggers of other tools are not touched. */
export function compareTrigger(wanted: WantedTrigger, present: readonly TriggerState[]): TriggerChange {
  return wanted.type === 'http' ? compareUrl(wanted.auth, present) : compareCos(wanted, present);
}

/** A function has one URL, whatever its trigger is called; it keeps its address when it is updated. */
function compareUrl(auth: string, present: readonly TriggerState[]): TriggerChange {
  const old = present.find(isUrl);
  if (old === undefined) return { kind: 'create', old: [] };
  const { AuthType, NetConfig } = descriptionOf(old);
  const isAsWanted = AuthType === auth && (NetConfig as Json | undefined)?.['EnableExtranet'] === true && isOpen(old);
  return isAsWanted ? { kind: 'none' } : { kind: 'update', old };
}

/**
 * COS identifies a trigger by bucket, event and filter, and refuses a second one with overlapping keys: the old one must be
 * removed first. It is ours when it has our mark, and is replaced as well when it has the wanted prefix.
 */
function compareCos(
  { name, event, prefix }: Extract<WantedTrigger, { type: 'cos' }>,
  present: readonly TriggerState[],
): TriggerChange {
  const hasPrefix = (other: TriggerState): boolean => {
    const { Prefix = '', Suffix = '' } = (descriptionOf(other)['filter'] ?? {}) as { Prefix?: string; Suffix?: string };
    return Prefix === prefix && Suffix === '';
  };
  const old = present.filter((other) => {
    const isSame = other.Type === 'cos' && other.TriggerName === name && descriptionOf(other)['event'] === event;
    return isSame && (other.Description === mark || hasPrefix(other));
  });
  const isAsWanted = (other: TriggerState): boolean => hasPrefix(other) && isOpen(other);
  return old.length === 1 && old.every(isAsWanted) ? { kind: 'none' } : { kind: 'create', old };
}

/** The public address of a function; null when it has none yet. */
export function publicUrl(present: readonly TriggerState[]): string | null {
  const url = present.find(isUrl);
  if (url === undefined) return null;
  const { NetConfig } = descriptionOf(url);
  const address = (NetConfig as Json | undefined)?.['ExtranetUrl'];
  return typeof address === 'string' && address !== '' ? address.replace(/\/$/, '') : null;
}

function isUrl({ Type, Qualifier }: TriggerState): boolean {
  return Type === 'http' && [qualifier, '$LATEST', undefined].includes(Qualifier);
}

function isOpen({ Enable }: TriggerState): boolean {
  return ([1, '1', 'OPEN', true] as unknown[]).includes(Enable);
}

/** The description, which the API has as JSON in a text; {} for any other text. */
function descriptionOf({ TriggerDesc }: TriggerState): Json {
  try {
    const value: unknown = JSON.parse(TriggerDesc ?? '');
    return typeof value === 'object' && value !== null ? (value as Json) : {};
  } catch {
    return {};
  }
}
