// The parts of a report about privacy, labels of AI, and objects that could not be read.

import { problems } from '../../lib/problem-table';
import type { Summary } from '../../lib/table/summary';
import { countTable } from './name-table';
import { count, counted, type Html, html, nothing, percent } from './text';

/** What each kind of `exif/private` means, for people. */
const kindTexts: Readonly<Record<string, string>> = {
  position: 'Where it was taken',
  serial: 'The serial number of a camera or a lens',
  name: 'The name of a person or an account',
  face: 'Marked faces',
  thumbnail: 'A thumbnail that shows another picture, for example before it was cropped',
  makernote: 'A note of the camera maker that may have more of these',
  prompt: 'The text from which an AI made it',
};

/** What images give away about persons. */
export function privacySection({ privacy, read }: Summary): Html {
  const { looked, any, kinds } = privacy;
  if (looked === 0)
    return html`<p class="none">This table does not say what images give away: it was not looked for.</p>`;
  const rows = kinds.top.map(({ name, count: value }) => ({
    name: (Object.hasOwn(kindTexts, name) ? kindTexts[name] : undefined) ?? name,
    count: value,
  }));
  const unknown = looked === read ? nothing : html` It was not looked for in ${counted(read - looked, 'image')}.`;
  const table =
    rows.length === 0
      ? nothing
      : countTable({
          caption: 'What images give away',
          heading: 'What they give away',
          unit: 'Images',
          whole: looked,
          rows,
        });
  return html`<div class="card wide"><p class="lead">${any === 0 ? 'No image gives' : `${counted(any, 'image')} (${percent(any, looked)}) ${any === 1 ? 'gives' : 'give'}`} away something about a person or a place.${unknown}</p>${table}</div>`;
}

/** Which images say that an AI made them. */
export function aiSection({ ai, read }: Summary): Html {
  const { generated, notGenerated, unknown, sources } = ai;
  const rows = [
    { name: 'Says that it was generated', count: generated },
    { name: 'Says that it was not generated', count: notGenerated },
    { name: 'Says nothing about it', count: unknown },
  ];
  const table = countTable({ caption: 'Labels', heading: 'The image', unit: 'Images', whole: read, rows });
  const where =
    sources.known === 0
      ? nothing
      : html`<div class="card"><h3>Where it says so</h3>${countTable({ caption: 'Where images say so', heading: 'Source', unit: 'Images', whole: sources.known, rows: sources.top })}</div>`;
  return html`<div class="${sources.known === 0 ? '' : 'pair'}"><div class="card"><h3>Labels</h3>${table}<p class="note">An image without a label can be generated all the same.</p></div>${where}</div>`;
}

/** Objects that could not be read, by reason. */
export function failureSection({ failures, failed, objects }: Summary): Html {
  if (failed === 0) return html`<p class="none">All objects could be read.</p>`;
  const rows = failures.map(
    ({ code, count: value, examples }) =>
      html`<tr><th scope="row"><code>${code}</code>${meaning(code)}${examplesOf(examples)}</th><td class="n">${count(value)}</td><td class="n">${percent(value, objects)}</td></tr>`,
  );
  const left = failed - failures.reduce((sum, { count: value }) => sum + value, 0);
  const others =
    left === 0
      ? nothing
      : html`<tr class="others"><th scope="row">other reasons</th><td class="n">${count(left)}</td><td class="n">${percent(left, objects)}</td></tr>`;
  return html`<div class="card wide"><table class="counts reasons"><caption class="hidden">Objects that could not be read, by reason</caption><thead><tr><th scope="col">Reason</th><th scope="col" class="n">Objects</th><th scope="col" class="n">Share of all</th></tr></thead><tbody>${rows}${others}</tbody></table></div>`;
}

function meaning(code: string): Html {
  const known: Readonly<Record<string, Readonly<{ message: string }>>> = problems;
  const message = Object.hasOwn(known, code) ? known[code]?.message : undefined;
  return message === undefined ? nothing : html`<p>${message}</p>`;
}

function examplesOf(keys: readonly string[]): Html {
  if (keys.length === 0) return nothing;
  return html`<details class="more"><summary>${keys.length === 1 ? 'Example' : `${count(keys.length)} examples`}</summary><ul>${keys.map((key) => html`<li><bdi><code>${key}</code></bdi></li>`)}</ul></details>`;
}
