// The blocks that may say that a picture was generated, built from their texts.
import type { C2paDocument } from '../../lib/block/c2pa';
import { xmpNamespaces } from '../../lib/block/xmp-namespaces';
import type { XmpDocument } from '../../lib/block/xmp-value';
import type { NamedText } from '../../lib/metadata/aigc';
import type { ExifDocument, IfdPath } from '../../lib/types';
import { utf8 } from './bytes';

/** The blocks of a picture that has none. */
export const noBlocks: Readonly<{ xmp: null; c2pa: null; text: readonly NamedText[]; exif: null }> = {
  xmp: null,
  c2pa: null,
  text: [],
  exif: null,
};

/** Properties of XMP by `prefix:name`, with the usual prefix or with a namespace. */
export function xmpOf(properties: Readonly<Record<string, string>>): XmpDocument {
  const known: Readonly<Record<string, string>> = xmpNamespaces;
  return {
    warnings: [],
    properties: Object.entries(properties).map(([key, value]) => {
      const colon = key.lastIndexOf(':');
      const prefix = key.slice(0, colon);
      return { namespace: known[prefix] ?? prefix, prefix, name: key.slice(colon + 1), value };
    }),
  };
}

/** Tags with a text in ASCII or UTF-8. */
export function exifOf(tags: readonly (readonly [ifd: IfdPath, tag: number, text: string])[]): ExifDocument {
  const entries = tags.map(([ifd, tag, text]) => {
    const value = utf8(text);
    return { ifd, tag, type: 2, count: value.length, offset: 0, value };
  });
  return { littleEndian: true, entries, warnings: [], pages: 1 };
}

type Actions = readonly Readonly<{ action: string; digitalSourceType?: string; softwareAgent?: string }>[];

/** Manifests by label, each with its actions; the last one is the active one. */
export function c2paOf(manifests: Readonly<Record<string, Actions>>): C2paDocument {
  return {
    warnings: [],
    active: Object.keys(manifests).at(-1) ?? null,
    manifests: Object.entries(manifests).map(([label, actions]) => ({
      label,
      kind: 'standard',
      claimGenerator: 'Claimer/1.0',
      claimGeneratorInfo: [],
      title: null,
      format: null,
      assertions: [],
      ingredients: [],
      training: [],
      hasSignature: true,
      actions: actions.map((action) => ({
        digitalSourceType: null,
        softwareAgent: null,
        when: null,
        description: null,
        ...action,
      })),
    })),
  };
}
