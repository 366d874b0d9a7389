// The date of an answer as HTTP writes it [RFC 9110 5.6.7].

let last = { second: Number.NaN, text: '' };

/** A time as IMF-fixdate. All answers of one second share the text. */
export function dateText(time: Date): string {
  const second = Math.floor(time.getTime() / 1000);
  if (second !== last.second) last = { second, text: time.toUTCString() };
  return last.text;
}
