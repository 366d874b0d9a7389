// Loads the map of time zones, which is larger than all other code of this view, only when it is needed.

/**
 * The name of the time zone [IANA Time Zone Database] at a place in decimal degrees; `Etc/GMT+5` and the like on the open sea.
 * Throws RangeError outside of the ranges of latitude and longitude. Near borders it may be the neighbour's.
 */
export type ZoneLookup = (latitude: number, longitude: number) => string;

/** It uses `require`, because `import()` would also start Node's loader of ES modules. */
export async function loadZones(): Promise<ZoneLookup> {
  return require('@photostructure/tz-lookup') as ZoneLookup;
}
