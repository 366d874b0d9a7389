// The target of XMP: what is read is sound, is the same in every encoding, and is read again when it is written.
import { isDeepStrictEqual } from 'node:util';
import { maxXmlDepth } from '../../lib/block/limits';
import { rdfRoot } from '../../lib/block/rdf';
import { readElement } from '../../lib/block/xml';
import { parseXmp } from '../../lib/block/xmp';
import { textsOf, type XmpProperty, type XmpValue } from '../../lib/block/xmp-value';
import { utf8, utf16, utf32 } from '../../testing/build/bytes';
import { richXmp, xmpWith } from '../../testing/build/xmp';
import { writeXmp } from '../../testing/build/xmp-writer';
import { countingText } from '../../testing/fakes/counting-text';
import type { Target } from './target';

/** Most looks at a character of a packet, on average. */
const maxSteps = 8;

export function xmpTarget(): Target {
  return {
    name: 'xmp',
    kind: 'text',
    weight: 2,
    maxLength: 4096,
    seeds: () => [richXmp, ...seeds.map(xmpWith)].map(utf8),
    run: async (input) => judge(parseXmp([input], []).properties, 0),
    examine: async (input) => {
      const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(input);
      const { properties } = parseXmp([utf8(text)], []);
      const wrong = [...judge(properties, 0), ...judge(parseXmp([input], []).properties, 0)];
      if (steps(text) > maxSteps * (text.length + 16)) wrong.push('more steps than the length allows');
      if (/^<[^\0]/.test(text) && !isSame(properties, parseEncodings(text)))
        wrong.push('another encoding reads otherwise');
      return isSame(properties, [parseXmp([utf8(writeXmp(properties))], []).properties])
        ? wrong
        : [...wrong, 'what was read and written is read otherwise'];
    },
  };
}

const seeds: readonly string[] = [
  '<o:a><rdf:Alt><rdf:li>b</rdf:li></rdf:Alt></o:a><o:c o:d="e"/>',
  '<o:a rdf:parseType="Resource"><rdf:value>b</rdf:value><o:c>d</o:c></o:a>',
  '<o:a><rdf:Bag><rdf:li rdf:resource="b"/><rdf:li><rdf:Seq><rdf:li>c</rdf:li></rdf:Seq></rdf:li></rdf:Bag></o:a>',
  '<p:a xmlns:p="urn:p" xmlns="urn:q"><Description/></p:a><o:a>&lt;&#65;&#x1F600;&b;</o:a><?pi?><!-- c -->',
];

function judge(properties: readonly XmpProperty[], depth: number): string[] {
  if (depth > maxXmlDepth) return ['values are too deep'];
  const names = new Set(properties.map(({ namespace, name }) => `${namespace} ${name}`));
  const wrong = names.size < properties.length ? ['a property twice'] : [];
  for (const { namespace, name, value } of properties) {
    if (namespace === '' || name === '') wrong.push('a property without a name');
    wrong.push(...judgeValue(value, depth + 1));
  }
  return wrong;
}

function judgeValue(value: XmpValue, depth: number): string[] {
  if (typeof value === 'string') return value.isWellFormed() ? [] : ['half a character'];
  if (textsOf(value).some((text) => typeof text !== 'string')) return ['a text that is not one'];
  if ('fields' in value) return judge(value.fields, depth);
  if ('list' in value) return value.list.flatMap((item) => judgeValue(item, depth + 1));
  return 'value' in value ? [...judgeValue(value.value, depth), ...judge(value.qualifiers, depth)] : [];
}

function parseEncodings(text: string): readonly (readonly XmpProperty[])[] {
  const encodings = [utf16(text, true), utf16(text, false), utf32(text, true), utf32(text, false)];
  return encodings.map((bytes) => parseXmp([bytes], []).properties);
}

function isSame(properties: readonly XmpProperty[], others: readonly (readonly XmpProperty[])[]): boolean {
  const plain = withoutPrefixes(properties);
  return others.every((other) => isDeepStrictEqual(withoutPrefixes(other), plain));
}

function withoutPrefixes(value: unknown): unknown {
  if (value instanceof Map) return [...value];
  if (Array.isArray(value)) return value.map(withoutPrefixes);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value).map(([name, member]) => (name === 'prefix' ? '' : [name, withoutPrefixes(member)]));
}

function steps(text: string): number {
  const counted = countingText(text);
  readElement(counted, rdfRoot, { nodes: Number.MAX_SAFE_INTEGER, depth: maxXmlDepth });
  return counted.steps;
}
