// The part of a report about time: months, hours and days of the week.

import type { Summary } from '../../lib/table/summary';
import { type Bar, columnsChart } from './columns-chart';
import { count, counted, dayNames, type Html, html, monthNames, monthText, nothing } from './text';

/** The most columns of a chart of months; more months are shown by year. */
const maxMonths = 180;
/** The most columns of a chart of years, and rows of the table. */
const maxYears = 60;

type Year = Readonly<{ year: string; count: number; months: readonly number[] }>;

/** Charts, each with its numbers in a table. */
export function whenSection(summary: Summary): Html {
  const { months, weekdays, hours, oddYears } = summary;
  if (months.length === 0) return html`<p class="none">No image says when it was taken.</p>`;
  const years = yearsOf(months);
  const odd =
    oddYears === 0
      ? nothing
      : html`<p class="note">${counted(oddYears, 'image')} with an impossible year ${oddYears === 1 ? 'is' : 'are'} not shown.</p>`;
  return html`<div class="card wide">${months.length <= maxMonths ? monthChart(months) : yearChart(years)}<details class="more"><summary>The numbers of all months</summary>${yearTable(years)}</details>${odd}</div>
<div class="pair"><div class="card"><h3>Hour of the day</h3>${hourChart(hours)}${listTable(
    'Hour',
    hours.map((value, hour) => [hourText(hour), value]),
  )}</div>
<div class="card"><h3>Day of the week</h3>${dayChart(weekdays)}${listTable(
    'Day',
    weekdays.map((value, at) => [dayNames[at] ?? '', value]),
  )}</div></div>`;
}

function monthChart(known: Summary['months']): Html {
  const months = wholeYears(known);
  const years = months.length / 12;
  const every = years > 12 ? 3 : years > 6 ? 2 : 1;
  const bars = months.map(({ month, count: value }): Bar => {
    const name = monthText(month);
    const year = Number(month.slice(0, 4));
    if (years === 1) return { name, value, label: name.slice(0, 3) };
    return month.endsWith('-01') && year % every === 0 ? { name, value, label: String(year) } : { name, value };
  });
  return html`<h3>Images by month${years === 1 ? ` of ${months[0]?.month.slice(0, 4) ?? ''}` : ''}</h3>${columnsChart(bars, `Chart of ${counted(months.length, 'month')}. ${mostText(bars)}`)}`;
}

/** From January to December, so that the columns of few months are not too wide. */
function wholeYears(months: Summary['months']): Summary['months'] {
  const counts = new Map(months.map(({ month, count: value }) => [month, value]));
  const years = [...new Set(months.map(({ month }) => month.slice(0, 4)))];
  return years.flatMap((year) =>
    monthNames.map((_, at) => {
      const month = `${year}-${String(at + 1).padStart(2, '0')}`;
      return { month, count: counts.get(month) ?? 0 };
    }),
  );
}

function yearChart(years: readonly Year[]): Html {
  const shown = years.slice(-maxYears);
  const every = shown.length > 30 ? 10 : shown.length > 14 ? 5 : 2;
  const bars = shown.map(
    ({ year, count: value }): Bar =>
      Number(year) % every === 0 ? { name: year, value, label: year } : { name: year, value },
  );
  const earlier = years.slice(0, -maxYears).reduce((sum, year) => sum + year.count, 0);
  const note =
    earlier === 0
      ? nothing
      : html`<p class="note">${counted(earlier, 'earlier image')} ${earlier === 1 ? 'is' : 'are'} not shown.</p>`;
  return html`<h3>Images by year</h3>${columnsChart(bars, `Chart of ${count(shown.length)} years. ${mostText(bars)}`)}${note}`;
}

function hourChart(hours: readonly number[]): Html {
  const bars = hours.map(
    (value, hour): Bar =>
      hour % 6 === 0 ? { name: hourText(hour), value, label: hourText(hour) } : { name: hourText(hour), value },
  );
  return columnsChart(bars, `Chart of 24 hours. ${mostText(bars)}`);
}

function dayChart(weekdays: readonly number[]): Html {
  const bars = weekdays.map((value, at): Bar => {
    const name = dayNames[at] ?? '';
    return { name, label: name.slice(0, 3), value };
  });
  return columnsChart(bars, `Chart of 7 days. ${mostText(bars)}`);
}

const hourText = (hour: number): string => `${String(hour).padStart(2, '0')}:00`;

function mostText(bars: readonly Bar[]): string {
  const most = bars.reduce((one, other) => (other.value > one.value ? other : one));
  return `Most: ${most.name} with ${counted(most.value, 'image')}.`;
}

function yearsOf(months: Summary['months']): readonly Year[] {
  const years = new Map<string, number[]>();
  for (const { month, count: value } of months) {
    const year = years.get(month.slice(0, 4)) ?? new Array<number>(12).fill(0);
    year[Number(month.slice(5)) - 1] = value;
    years.set(month.slice(0, 4), year);
  }
  return [...years]
    .map(([year, counts]) => ({ year, count: counts.reduce((sum, value) => sum + value, 0), months: counts }))
    .filter((year, at, all) => year.count > 0 || all.length <= maxYears || at > all.length - maxYears);
}

/** A row for each year, the last one first. */
function yearTable(years: readonly Year[]): Html {
  const most = Math.max(...years.flatMap((year) => year.months), 1);
  const head = monthNames.map(
    (name) => html`<th scope="col" class="n"><abbr title="${name}">${name.slice(0, 3)}</abbr></th>`,
  );
  const rows = [...years]
    .reverse()
    .map(
      ({ year, count: sum, months }) =>
        html`<tr><th scope="row">${year}</th>${months.map((value) => html`<td class="n heat-${heat(value, most)}">${value === 0 ? html`<span class="zero">0</span>` : count(value)}</td>`)}<td class="n sum">${count(sum)}</td></tr>`,
    );
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Images by year and month"><table class="calendar"><caption class="hidden">Images by year and month</caption><thead><tr><th scope="col">Year</th>${head}<th scope="col" class="n">Year</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

/** A shade from 0 to 4. */
function heat(value: number, most: number): number {
  return value === 0 ? 0 : Math.min(4, 1 + Math.floor((value / most) * 4));
}

function listTable(heading: string, rows: readonly (readonly [string, number])[]): Html {
  return html`<details class="more"><summary>The numbers</summary><table class="counts"><thead><tr><th scope="col">${heading}</th><th scope="col" class="n">Images</th></tr></thead><tbody>${rows.map(([name, value]) => html`<tr><th scope="row">${name}</th><td class="n">${count(value)}</td></tr>`)}</tbody></table></details>`;
}
