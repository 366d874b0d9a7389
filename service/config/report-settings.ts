// The settings of what the service reports about itself: its log, metrics and traces.
import type { Env } from '../../lib/types';
import { type LogSettings, logFormats, logLevels } from '../write-log';
import { readChoice, settingInvalid, switchedOn } from './setting';

export type ReportConfig = Readonly<{
  log: LogSettings;
  /** `emf`: in the lines of the log. `prometheus`: at `/-/metrics` of a server. null = no metrics. */
  metrics: 'emf' | 'prometheus' | null;
  /** Whether requests have spans of OpenTelemetry. */
  tracing: boolean;
}>;

/** Every setting of this file, by the name of its environment variable. */
export const reportSettingNames = ['EXIF_LOG', 'EXIF_LOG_FORMAT', 'EXIF_METRICS', 'EXIF_OTEL'] as const;

/** Reads the settings of this file. Throws ProblemError `ConfigInvalid` for the first one that is wrong. */
export function readReport(env: Env): ReportConfig {
  const level = readChoice(env, 'EXIF_LOG', logLevels) ?? 'info';
  const format = readChoice(env, 'EXIF_LOG_FORMAT', logFormats);
  const metrics = readChoice(env, 'EXIF_METRICS', ['emf', 'prometheus']);
  const tracing = switchedOn(env, 'EXIF_OTEL');
  if (metrics !== 'emf') return { log: { level, format }, metrics, tracing };
  const needed =
    'but the metrics of EXIF_METRICS=emf are in the lines of the log as JSON, of every level: unset one of them';
  if (level !== 'info') throw settingInvalid('EXIF_LOG', `is ${level}, ${needed}`);
  if (format === 'text') throw settingInvalid('EXIF_LOG_FORMAT', `is text, ${needed}`);
  return { log: { level, format: 'json' }, metrics, tracing };
}
