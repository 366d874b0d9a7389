// XMP as JSON, lossless: names with the usual prefixes of their namespaces, and the kind of each array.
//
//   text   "text"            Bag   {"bag":[...]}          Seq  {"seq":[...]}          Alt  {"alt":{"x-default":"text"}}
//   structure   {"fields":{"stEvt:action":"saved"}}       qualified value   {"value":...,"qualifiers":{...}}
import { usualPrefix } from '../block/xmp-namespaces';
import type { XmpDocument, XmpProperty, XmpValue } from '../block/xmp-value';
import { utf8Length } from '../style/text/answer-budget';
import { quote } from '../style/text/json-text';

/** `{"namespaces":{...},"properties":{...}}` in about `room` bytes; `omitted` is the number of properties that do not fit. */
export function xmpJson({ properties }: XmpDocument, room: number): string {
  const prefixes = new Map<string, string>();
  const name = namer(prefixes);
  let left = room;
  let omitted = 0;
  const shown: string[] = [];
  for (const property of properties) {
    const text = propertyJson(property, name);
    const length = utf8Length(text) + 1;
    if (length > left) {
      omitted++;
      continue;
    }
    left -= length;
    shown.push(text);
  }
  const more = omitted === 0 ? '' : `,"omitted":${omitted}`;
  const namespaces = [...prefixes].map(([namespace, prefix]) => `${quote(prefix)}:${quote(namespace)}`);
  return `{"namespaces":{${namespaces.join(',')}},"properties":{${shown.join(',')}}${more}}`;
}

/** The name of a property with its prefix, such as `dc:title`. */
type NameOf = (property: XmpProperty) => string;

/** Gives each namespace a prefix that no other namespace of the answer has. `prefixes` collects them. */
function namer(prefixes: Map<string, string>): NameOf {
  const taken = new Set<string>();
  /** The number to try next, so that many namespaces with one prefix take no longer than others. */
  const copies = new Map<string, number>();
  return ({ namespace, prefix, name }) => {
    let own = prefixes.get(namespace);
    if (own === undefined) {
      const usual = usualPrefix(namespace, prefix);
      own = usual;
      for (let copy = copies.get(usual) ?? 2; taken.has(own); copy++) {
        own = `${usual}${copy}`;
        copies.set(usual, copy + 1);
      }
      taken.add(own);
      prefixes.set(namespace, own);
    }
    return `${own}:${name}`;
  };
}

function propertyJson(property: XmpProperty, name: NameOf): string {
  return `${quote(name(property))}:${valueJson(property.value, name)}`;
}

/** Its depth is limited by the parser. */
function valueJson(value: XmpValue, name: NameOf): string {
  if (typeof value === 'string') return quote(value);
  if ('list' in value) {
    return `{"${value.ordered ? 'seq' : 'bag'}":[${value.list.map((item) => valueJson(item, name)).join(',')}]}`;
  }
  if ('alt' in value) {
    const texts = [...value.alt].map(([language, text]) => `${quote(language)}:${quote(text)}`);
    return `{"alt":{${texts.join(',')}}}`;
  }
  if ('fields' in value) return `{"fields":${fieldsJson(value.fields, name)}}`;
  return `{"value":${valueJson(value.value, name)},"qualifiers":${fieldsJson(value.qualifiers, name)}}`;
}

function fieldsJson(fields: readonly XmpProperty[], name: NameOf): string {
  return `{${fields.map((field) => propertyJson(field, name)).join(',')}}`;
}
