// SVG [SVG 2 5.1]: it has no EXIF. It has a size if the root element states one in pixels.
import { readUpTo } from '../bytes/reader';
import { svgProlog } from '../limits';
import type { Container, LocateResult, RangeReader } from '../types';
import { still } from './image-shape';

export const svg: Container = { name: 'svg', matches: (head) => rootElement(head) !== null, locate };

async function locate(reader: RangeReader): Promise<LocateResult> {
  const root = rootElement(await readUpTo(reader, 0, svgProlog)) ?? '';
  return { shape: still(pixels(root, 'width'), pixels(root, 'height')), exif: null };
}

// A document before its root element [XML 1.0 2.8]. No two alternatives start with the same character, so none is tried twice.
const comment = /<!--(?:(?!-->)[\s\S])*-->/.source;
const instruction = /<\?(?:(?!\?>)[\s\S])*\?>/.source;
const quoted = /"[^"]*"|'[^']*'/.source;
const subset = `\\[(?:${comment}|${instruction}|${quoted}|(?!<!--|<\\?)[^\\]"'])*\\]`;
const documentType = `<!DOCTYPE(?:${quoted}|${subset}|[^"'[>])*>`;
const prolog = new RegExp(`^(?:\\s|${comment}|${instruction}|${documentType})*`);
const startTag = new RegExp(`^<(?:[\\w.-]{1,40}:)?svg(?=[\\s/>])(?:${quoted}|[^"'>])*`);

/** The text of the start tag `<svg ...>`, null when the document does not start with one. */
function rootElement(bytes: Uint8Array): string | null {
  const text = new TextDecoder().decode(bytes.subarray(0, svgProlog));
  const start = prolog.exec(text)?.[0].length ?? 0;
  return startTag.exec(text.slice(start))?.[0] ?? null;
}

function pixels(tag: string, side: string): number | null {
  const values = [...tag.matchAll(/\s([^\s"'=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)];
  const [, , double, single] = values.find(([, name]) => name === side) ?? [];
  const match = /^\s*(\d{1,9}(?:\.\d{1,9})?)(?:px)?\s*$/.exec(double ?? single ?? '');
  return match === null ? null : Math.round(Number(match[1]));
}
