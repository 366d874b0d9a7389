// The answers that texts give. Names of texts in the order in which they count.

import type { VideoAnswers, VideoText, VideoTime } from './record';
import { sonyTime } from './sony-xml';
import { macTime, readTime } from './time';

const apple = (name: string): string => `com.apple.quicktime.${name}`;

const sources: Readonly<Record<keyof VideoAnswers, readonly string[]>> = {
  make: [apple('make'), 'com.android.manufacturer', '©mak', 'manu', 'manufacturer', 'IMAK'],
  model: [apple('model'), 'com.android.model', '©mod', 'modl', 'modelName', 'IMOD'],
  software: [apple('software'), '©swr', '©too', 'encoder', 'ISFT', 'WritingApp'],
  lensModel: [apple('camera.lens_model'), apple('lens-model')],
  livePhotoId: [apple('content.identifier')],
  title: [apple('title'), apple('displayname'), '©nam', 'titl', 'title', 'INAM', 'TITLE', 'Title'],
  description: [
    apple('description'),
    '©des',
    'desc',
    'dscp',
    apple('comment'),
    '©cmt',
    'description',
    'comment',
    'ICMT',
    'DESCRIPTION',
    'COMMENT',
  ],
  author: [apple('author'), apple('artist'), '©aut', 'auth', '©ART', 'perf', 'artist', 'IART', 'ARTIST'],
  copyright: [apple('copyright'), '©cpy', 'cprt', 'copyright', 'ICOP', 'COPYRIGHT'],
  keywords: [apple('keywords'), 'keyw', '©key', 'keywords', 'IKEY', 'KEYWORDS'],
  aigc: ['AIGC'],
};

/** The texts of a track answer only for its lens: their titles and names are those of the track. */
export function answersOf(texts: readonly VideoText[]): VideoAnswers {
  const values = new Map<string, string>();
  for (const { name, value, track } of texts) {
    const counts = track === undefined || sources.lensModel.includes(name);
    if (counts && value.trim() !== '' && !values.has(name)) values.set(name, value.trim());
  }
  const first = (names: readonly string[]): string | null =>
    values.get(names.find((name) => values.has(name)) ?? '') ?? null;
  return {
    make: first(sources.make),
    model: first(sources.model),
    software: first(sources.software),
    lensModel: first(sources.lensModel),
    livePhotoId: first(sources.livePhotoId),
    title: first(sources.title),
    description: first(sources.description),
    author: first(sources.author),
    copyright: first(sources.copyright),
    keywords: first(sources.keywords),
    aigc: first(sources.aigc),
  };
}

/** Texts with a time that cameras write: local, with an offset in most. */
const times: readonly (readonly [name: string, source: VideoTime['source']])[] = [
  [apple('creationdate'), 'creationdate'],
  ['©day', '©day'],
  ['date', 'date'],
  [sonyTime, 'xml'],
  ['IDIT', 'IDIT'],
];

/** When a video was made, by its texts, otherwise by `mvhd`: seconds since 1904. */
export function timeOf(texts: readonly VideoText[], mvhd: number | null): VideoTime | null {
  for (const [name, source] of times) {
    for (const { name: found, value } of texts) {
      const text = found === name ? readTime(value) : null;
      if (text !== null) return { text, source };
    }
  }
  const text = macTime(mvhd);
  return text === null ? null : { text, source: 'mvhd' };
}

/** The meaning of a text: the answer that it gives. The last two are answers of other fields. */
export type TextMeaning = keyof VideoAnswers | 'createdAt' | 'place' | 'serialNumber';

const meanings: ReadonlyMap<string, TextMeaning> = new Map([
  ...(Object.keys(sources) as (keyof VideoAnswers)[]).flatMap((answer) =>
    sources[answer].map((name) => [name, answer] as const),
  ),
  ...times.map(([name]) => [name, 'createdAt'] as const),
  ['©xyz', 'place'],
  [apple('location.ISO6709'), 'place'],
  ['serialNo', 'serialNumber'],
]);

/** What a text means, by its name; null for one without a known meaning. */
export function meaningOf(name: string): TextMeaning | null {
  return meanings.get(name) ?? null;
}
