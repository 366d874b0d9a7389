// A report as one HTML document that needs nothing else: no script, no request, and styles that a policy names by their hash.

import { createHash } from 'node:crypto';
import type { NameCounts } from '../../lib/table/frequent';
import type { Step, Summary } from '../../lib/table/summary';
import { aiSection, failureSection, privacySection } from './labels';
import { countTable, nameTable } from './name-table';
import { bytes, count, counted, day, type Html, html, monthText, nothing, percent, raw } from './text';
import { whenSection } from './when';
import { placeName, worldMap } from './world';

/** What a report is made with: its styles as CSS, and the outlines of the land as the path of an SVG. */
export type Assets = Readonly<{ css: string; land: string }>;

/** `source`: the place that was read. `made`: when; milliseconds since 1970 in UTC. */
export type Heading = Readonly<{ title: string; source: string; made: number; version: string }>;

type Section = Readonly<{ id: string; title: string; body: Html }>;

/** The document. */
export function reportDocument(summary: Summary, heading: Heading, { css, land }: Assets): string {
  const sections = summary.objects === 0 ? [] : sectionsOf(summary, land);
  const hash = createHash('sha256').update(css).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; base-uri 'none'; form-action 'none'`;
  const { title, source, made, version } = heading;
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${raw(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${title}</title>
<link rel="icon" href="${raw(icon)}">
<style>${raw(css)}</style>
</head>
<body>
<a class="skip" href="#numbers">Skip to the numbers</a>
<header class="top"><p class="brand">${logo}<span>bucket<b>-exif</b></span></p>${themes}</header>
<main>
<div class="ask"><h1>${title}</h1>
<p class="made">From <bdi class="source">${source}</bdi>, made on ${day(made)}</p></div>
${keyFigures(summary)}
${sections.length === 0 ? html`<p class="none">There are no objects in this source.</p>` : nothing}
${sections.length === 0 ? nothing : html`<nav aria-label="Parts of the report"><ul>${sections.map(({ id, title: name }) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>`}
${sections.map(({ id, title: name, body }) => html`<section id="${id}" aria-labelledby="${id}-heading"><h2 id="${id}-heading">${name}</h2>${body}</section>\n`)}
</main>
<footer class="foot"><p>Made by bucket-exif ${version}. Shares are of the objects that could be read, if nothing else is said. Times are those of the clock where the picture was taken. Outlines of the land: Natural Earth.</p></footer>
</body>
</html>
`;
  return document.html;
}

const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect x='1.5' y='6.5' width='29' height='19' rx='4' fill='none' stroke='%23a8400c' stroke-width='2.4'/%3E%3Crect x='6' y='11' width='7' height='10' rx='1' fill='%23a8400c'/%3E%3C/svg%3E";
const logo = raw(
  '<svg viewBox="0 0 32 32" width="22" height="22" aria-hidden="true"><rect x="1.5" y="6.5" width="29" height="19" rx="4"/><rect class="read" x="6" y="11" width="7" height="10" rx="1"/><path d="M17 12h9M17 16h9M17 20h6"/></svg>',
);
/** The styles read which one is chosen, so that it works without a script. */
const themes = html`<fieldset class="themes"><legend class="hidden">Colours</legend>${['auto', 'light', 'dark'].map(
  (theme) =>
    html`<label><input type="radio" name="theme" id="theme-${theme}"${theme === 'auto' ? raw(' checked') : nothing}><span>${theme}</span></label>`,
)}</fieldset>`;

function keyFigures(summary: Summary): Html {
  const { objects, read, failed, taken, cameras, places, videos } = summary;
  const figures: readonly (readonly [string, string, string])[] = [
    ['Objects', count(objects), videos === 0 ? '' : `${counted(videos, 'video')} among them`],
    ['Size', bytes(summary.bytes), objects === 0 ? '' : `${bytes(summary.bytes / objects)} on average`],
    [
      'Taken',
      taken === null ? '–' : spanText(taken.first, taken.last),
      taken === null ? 'not known' : rangeText(taken.first, taken.last),
    ],
    ['Cameras', `${cameras.exact ? '' : '>\u00a0'}${count(cameras.distinct)}`, 'different models'],
    ['With a position', percent(places.positions, read), counted(places.positions, 'image')],
    ['Not readable', count(failed), failed === 0 ? 'all could be read' : percent(failed, objects)],
  ];
  return html`<dl class="figures" id="numbers" tabindex="-1">${figures.map(
    ([name, value, more]) => html`<div><dt>${name}</dt><dd>${value}<small>${more}</small></dd></div>`,
  )}</dl>`;
}

/** `2009–2026`. */
function spanText(first: number, last: number): string {
  const [from, to] = [first, last].map((time) => new Date(time).getUTCFullYear());
  return from === to ? String(from) : `${from}–${to}`;
}

function rangeText(first: number, last: number): string {
  const [from, to] = [day(first), day(last)];
  return from === to ? from : `${from} to ${to}`;
}

function sectionsOf(summary: Summary, land: string): readonly Section[] {
  const { read } = summary;
  const sections: Section[] = [];
  if (read > 0) {
    sections.push({ id: 'when', title: 'When', body: whenSection(summary) });
    sections.push({ id: 'cameras', title: 'Cameras and lenses', body: cameraSection(summary) });
    sections.push({ id: 'places', title: 'Places', body: placeSection(summary, land) });
  }
  sections.push({ id: 'files', title: 'Files', body: fileSection(summary) });
  if (read > 0) {
    sections.push({ id: 'complete', title: 'Completeness', body: completeSection(summary) });
    sections.push({ id: 'privacy', title: 'Privacy', body: privacySection(summary) });
    sections.push({ id: 'ai', title: 'AI labels', body: aiSection(summary) });
  }
  sections.push({ id: 'failures', title: 'Not readable', body: failureSection(summary) });
  return sections;
}

function cameraSection({ cameras, lenses, read }: Summary): Html {
  return html`<div class="pair">${namesCard('Cameras', 'Camera', 'cameras', cameras, read)}${namesCard('Lenses', 'Lens', 'lenses', lenses, read)}</div>`;
}

function namesCard(title: string, heading: string, many: string, names: NameCounts, read: number): Html {
  const body =
    names.known === 0
      ? html`<p class="none">No image names its ${heading.toLowerCase()}.</p>`
      : nameTable(names, { caption: title, heading, unit: 'Images', whole: read, many });
  const unknown =
    names.unknown === 0 || names.known === 0
      ? nothing
      : html`<p class="note">${counted(names.unknown, 'image')} (${percent(names.unknown, read)}) without.</p>`;
  return html`<div class="card"><h3>${title}</h3>${body}${unknown}</div>`;
}

function placeSection({ places, read }: Summary, land: string): Html {
  if (places.positions === 0) return html`<p class="none">No image says where it was taken.</p>`;
  const { areas, regions } = places;
  const size = areas.characters === 4 ? 40 : 150;
  const rows = regions.areas.map((area) => ({
    name: html`${placeName(area)} <code>${area.geohash}</code>`,
    count: area.count,
  }));
  const left = regions.distinct - rows.length;
  const others = left > 0 ? { others: { text: counted(left, 'other area'), names: left, count: regions.others } } : {};
  const table = countTable({ caption: 'Places', heading: 'Area', unit: 'Images', whole: read, rows, ...others });
  const drawn =
    areas.others === 0 ? nothing : html` The map shows the ${count(areas.areas.length)} areas with most images.`;
  return html`<div class="card wide">${worldMap(places, land)}<p class="note">The larger a circle, the more images were taken within ${size} km.${drawn} The table has areas of at most 150 km with the start of their geohash. An area has the name of a city if its images name one.</p>${table}</div>`;
}

function fileSection(summary: Summary): Html {
  const { formats, pixels, fileSizes, read, objects, withoutSize } = summary;
  const formatCard = read === 0 ? nothing : namesCard('Formats', 'Format', 'formats', formats, read);
  const pixelCard =
    read === 0
      ? nothing
      : stepsCard('Image sizes', 'Megapixels', pixels, (value) => `${value / 1_000_000}`, read, withoutSize);
  return html`<div class="pair three">${formatCard}${pixelCard}${stepsCard('File sizes', 'Bytes', fileSizes, bytes, objects, 0)}</div>`;
}

function stepsCard(
  title: string,
  heading: string,
  steps: readonly Step[],
  text: (value: number) => string,
  whole: number,
  unknown: number,
): Html {
  const rows = steps.flatMap(({ below, count: value }, at) => {
    const from = steps[at - 1]?.below ?? null;
    const name =
      from === null
        ? `below ${text(below ?? 0)}`
        : below === null
          ? `${text(from)} and more`
          : `${text(from)} to ${text(below)}`;
    return value === 0 ? [] : [{ name, count: value }];
  });
  const note = unknown === 0 ? nothing : html`<p class="note">${counted(unknown, 'file')} without a known size.</p>`;
  return html`<div class="card"><h3>${title}</h3>${countTable({ caption: title, heading, unit: heading === 'Bytes' ? 'Objects' : 'Images', whole, rows })}${note}</div>`;
}

function completeSection(summary: Summary): Html {
  const { read, withoutTime, withoutPosition, cameras, lenses } = summary;
  const rows: readonly (readonly [string, number])[] = [
    ['The time when it was taken', read - withoutTime],
    ['The position', read - withoutPosition],
    ['The camera', cameras.known],
    ['The lens', lenses.known],
  ];
  const [busiest] = [...summary.months].sort((a, b) => b.count - a.count);
  const lines = rows.map(
    ([name, known]) =>
      html`<tr><th scope="row">${name}<svg class="rule" width="100%" height="4" aria-hidden="true"><rect width="${((known / read) * 100).toFixed(2)}%" height="4" rx="2"/></svg></th><td class="n">${count(known)}</td><td class="n">${count(read - known)}</td><td class="n">${percent(known, read)}</td></tr>`,
  );
  const facts = [
    ...(summary.livePhotos > 0 ? [`${counted(summary.livePhotos, 'file')} of Live Photos or motion photos`] : []),
    ...(summary.withFaces > 0 ? [`${counted(summary.withFaces, 'image')} with marked faces`] : []),
    ...(busiest === undefined
      ? []
      : [`the busiest month was ${monthText(busiest.month)}, with ${counted(busiest.count, 'image')}`]),
  ];
  const also = facts.length === 0 ? nothing : html`<p class="note">Also: ${facts.join('; ')}.</p>`;
  return html`<div class="card wide"><table class="counts"><caption class="hidden">What images say</caption><thead><tr><th scope="col">What images say</th><th scope="col" class="n">With</th><th scope="col" class="n">Without</th><th scope="col" class="n">Share</th></tr></thead><tbody>${lines}</tbody></table>${also}</div>`;
}
