// The map of time zones, together with the rules of each zone.
import { offsetAt } from '../../../lib/metadata/time-zone';
import { loadZones } from '../../../lib/metadata/zones';

test.each<[string, number, number, string, string | null]>([
  ['Vienna in summer', 48.2, 16.37, '2024-07-01T12:00:00', '+02:00'],
  ['Vienna in winter', 48.2, 16.37, '2024-01-01T12:00:00', '+01:00'],
  ['Kathmandu', 27.7, 85.3, '2024-01-01T12:00:00', '+05:45'],
  ['Chatham Islands', -43.95, -176.55, '2024-01-01T12:00:00', '+13:45'],
  ['Saint John’s', 47.56, -52.71, '2024-07-01T12:00:00.123', '-02:30'],
  ['London, which had summer time all year', 51.5, -0.13, '1970-01-01T12:00:00', '+01:00'],
  ['Greenwich', 51.48, 0, '2024-01-01T12:00:00', '+00:00'],
  ['the open sea', 12.5, -40, '2024-01-01T12:00:00', null],
  ['no position: 0, 0', 0, 0, '2024-01-01T12:00:00', null],
])('%s', async (_name, latitude, longitude, time, offset) => {
  expect(offsetAt(await loadZones(), latitude, longitude, time)).toBe(offset);
});
