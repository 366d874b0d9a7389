// Texts of a report: numbers as people read them, and text from outside that must not become markup.

import { printable } from '../../lib/io/printable';

/** HTML that is safe to put into a document: made only by `html` and `raw`. */
export type Html = Readonly<{ html: string }>;

type Part = Html | string | number | readonly Html[];

/** A template: text from outside is escaped, HTML of this type is not. */
export function html(parts: TemplateStringsArray, ...values: readonly Part[]): Html {
  return { html: parts.map((part, at) => part + (at < values.length ? rendered(values[at] ?? '') : '')).join('') };
}

/** Our own text as HTML. */
export const raw = (text: string): Html => ({ html: text });

export const nothing: Html = raw('');

function rendered(value: Part): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return escaped(value);
  return 'html' in value ? value.html : value.map((one) => one.html).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Characters that would act on the document or on the order of the text are shown as `\u202e`. */
function escaped(text: string): string {
  return printable(text).replace(/[&<>"']/g, (char) => entities[char] ?? char);
}

/** `1,234,567`. */
export function count(value: number): string {
  return value.toLocaleString('en');
}

/** `1 image`, `2 images`. */
export function counted(value: number, one: string, more = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : more}`;
}

/** `61 %`, `0.4 %`. Never 0 % or 100 % for a part that is neither nothing nor all. */
export function percent(part: number, whole: number): string {
  if (whole === 0 || part === 0) return '0\u00a0%';
  if (part === whole) return '100\u00a0%';
  const share = (part / whole) * 100;
  if (share < 0.1) return '<0.1\u00a0%';
  if (share > 99.9) return '>99.9\u00a0%';
  return `${share < 10 || share > 99 ? share.toFixed(1) : share.toFixed(0)}\u00a0%`;
}

const units = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'];

/** `4.2 TB`, in decimal units. */
export function bytes(value: number): string {
  let size = value;
  let unit = 0;
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${unit === 0 ? count(size) : size < 9.95 ? size.toFixed(1) : size.toFixed(0)}\u00a0${units[unit]}`;
}

export const monthNames = 'January February March April May June July August September October November December'.split(
  ' ',
);
export const dayNames = 'Monday Tuesday Wednesday Thursday Friday Saturday Sunday'.split(' ');

/** `9 May 2024`, of milliseconds on the clock on the wall. */
export function day(time: number): string {
  const date = new Date(time);
  return `${date.getUTCDate()} ${monthNames[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

/** `May 2024` of `2024-05`. */
export function monthText(month: string): string {
  return `${monthNames[Number(month.slice(5)) - 1]} ${month.slice(0, 4)}`;
}
