// Leaves out of a record what EXIF_DROP names, in every block, so that no view of it can show that. What is not known to be
// harmless is left out, too.
import type { C2paDocument } from '../block/c2pa';
import type { IptcDocument } from '../block/iptc';
import type { Blocks, PngText } from '../block/parse';
import { xmpNamespaces as ns } from '../block/xmp-namespaces';
import { textOf, type XmpDocument, type XmpProperty, type XmpValue } from '../block/xmp-value';
import { dropAnswers } from '../maker-note';
import { beginsLikeJson, dropEntries, type TagGroup } from '../tag/groups';
import { meaningOf } from '../video/answers';
import type { VideoRecord } from '../video/record';
import { signsOf } from './ai-signs';
import { labelIn } from './aigc';
import { labelledBlocks } from './labelled-blocks';
import { iptcMarks, isDropped, textMark, unknownMarks, videoMarks } from './marks';
import type { MetadataRecord } from './record';
import { xmpMarks } from './xmp-marks';

type Groups = readonly TagGroup[];

/** Whether a text belongs to the group `prompt` by how it begins: some programs write prompts as JSON into any text. */
function isPromptText(text: string | null, groups: Groups): boolean {
  return text !== null && groups.includes('prompt') && beginsLikeJson(text);
}

/** The record without what belongs to `groups`, or may repeat it. `signs` are those of the record before. */
export function dropMetadata(record: MetadataRecord, groups: Groups): MetadataRecord {
  if (groups.length === 0) return record;
  const { exif, makerNote, video } = record;
  const whole = { ...record, blocks: withoutBlocks(record.blocks, groups) };
  return {
    ...whole,
    exif: { ...exif, document: exif.document === null ? null : dropEntries(exif.document, groups) },
    blocks: dropBlocks(whole.blocks, groups),
    makerNote: makerNote === null ? null : dropAnswers(makerNote, groups),
    video: video === null ? null : dropVideo(video, groups),
    signs: signsOf(labelledBlocks(whole)),
  };
}

/** Without the blocks that are groups themselves. */
function withoutBlocks(blocks: Blocks, groups: Groups): Blocks {
  const has = (name: string): boolean => !groups.some((group) => group === name);
  return {
    ...blocks,
    xmp: has('xmp') ? blocks.xmp : null,
    iptc: has('iptc') ? blocks.iptc : null,
    isIptcNewer: blocks.isIptcNewer && has('iptc'),
    places: blocks.places.filter(({ block }) => has(block)),
    warnings: blocks.warnings.filter(({ block }) => has(block)),
  };
}

function dropBlocks(blocks: Blocks, groups: Groups): Blocks {
  const { xmp, iptc, c2pa, text, gainMap } = blocks;
  return {
    ...blocks,
    xmp: xmp === null ? null : dropXmp(xmp, groups),
    iptc: iptc === null ? null : dropIptc(iptc, groups),
    c2pa: c2pa === null || !isDropped(unknownMarks, groups) ? c2pa : dropC2pa(c2pa),
    text: dropTexts(text, groups),
    // The version comes from XMP.
    gainMap: gainMap === null || /^[\d.]{1,8}$/.test(gainMap.version ?? '') ? gainMap : { ...gainMap, version: null },
  };
}

function dropXmp(xmp: XmpDocument, groups: Groups): XmpDocument {
  return { ...xmp, properties: dropProperties(xmp.properties, groups) };
}

function dropProperties(properties: readonly XmpProperty[], groups: Groups): readonly XmpProperty[] {
  return properties.flatMap((property) => {
    if (isDropped(xmpMarks(property), groups)) return [];
    if (isLabel(property)) return valued(property, onlyLabel(textOf(property.value)));
    return isPrompt(property.value, groups) ? [] : valued(property, dropValue(property.value, groups));
  });
}

/** Whether a value has such a text. The fields of a structure are looked at one by one. */
function isPrompt(value: XmpValue, groups: Groups): boolean {
  if (typeof value === 'string') return isPromptText(value, groups);
  if ('alt' in value) return [...value.alt.values()].some((text) => isPromptText(text, groups));
  if ('list' in value) return value.list.some((item) => isPrompt(item, groups));
  return 'value' in value && isPrompt(value.value, groups);
}

function valued(property: XmpProperty, value: XmpValue | null): readonly XmpProperty[] {
  return value === null ? [] : [{ ...property, value }];
}

function dropValue(value: XmpValue, groups: Groups): XmpValue {
  if (typeof value === 'string' || 'alt' in value) return value;
  if ('list' in value) return { ...value, list: value.list.map((item) => dropValue(item, groups)) };
  if ('fields' in value) return { fields: dropProperties(value.fields, groups) };
  return { value: dropValue(value.value, groups), qualifiers: dropProperties(value.qualifiers, groups) };
}

function isLabel({ namespace, name }: XmpProperty): boolean {
  return namespace === ns.TC260 && name === 'AIGC';
}

/** The label of GB 45438 with the members of the standard only; null for a text that is not one. */
function onlyLabel(text: string | null): string | null {
  const label = labelIn(text);
  return label === null ? null : JSON.stringify({ AIGC: label });
}

function dropIptc(iptc: IptcDocument, groups: Groups): IptcDocument {
  const datasets = iptc.datasets.filter(
    ({ record, dataset, text }) =>
      !isDropped(iptcMarks.get(`${record}:${dataset}`) ?? unknownMarks, groups) && !isPromptText(text, groups),
  );
  return { ...iptc, datasets };
}

/**
 * Titles are names of files, and descriptions are free texts. A label identifies one file, so the place of the manifest takes
 * the place of its label.
 */
function dropC2pa(c2pa: C2paDocument): C2paDocument {
  const { manifests, active } = c2pa;
  const numberOf = (label: string | null): string | null => {
    const at = manifests.findIndex((manifest) => manifest.label === label);
    return at < 0 ? null : String(at + 1);
  };
  return {
    ...c2pa,
    active: numberOf(active),
    manifests: manifests.map((manifest, i) => ({
      ...manifest,
      label: String(i + 1),
      title: null,
      actions: manifest.actions.map((action) => ({ ...action, description: null })),
      ingredients: manifest.ingredients.map((ingredient) => ({
        ...ingredient,
        title: null,
        manifest: numberOf(ingredient.manifest),
      })),
    })),
  };
}

function dropTexts(texts: readonly PngText[], groups: Groups): readonly PngText[] {
  return texts.flatMap((chunk) => {
    if (isDropped(textMark(chunk.keyword), groups)) return [];
    if (chunk.keyword !== 'AIGC') return isPromptText(chunk.text, groups) ? [] : [chunk];
    const text = onlyLabel(chunk.text);
    return text === null ? [] : [{ ...chunk, text }];
  });
}

/** A text without a known meaning may say anything. */
export function dropVideo(video: VideoRecord, groups: Groups): VideoRecord {
  const keeps = (meaning: string): boolean => !isDropped(videoMarks.get(meaning) ?? unknownMarks, groups);
  const of = <T extends string | number | null>(meaning: string, value: T): T | null =>
    keeps(meaning) && !(typeof value === 'string' && isPromptText(value, groups)) ? value : null;
  return {
    ...video,
    make: of('make', video.make),
    model: of('model', video.model),
    software: of('software', video.software),
    lensModel: of('lensModel', video.lensModel),
    title: of('title', video.title),
    author: of('author', video.author),
    copyright: of('copyright', video.copyright),
    keywords: of('keywords', video.keywords),
    description: of('description', video.description),
    livePhotoId: of('livePhotoId', video.livePhotoId),
    latitude: of('place', video.latitude),
    longitude: of('place', video.longitude),
    altitude: of('place', video.altitude),
    aigc: onlyLabel(video.aigc),
    texts: video.texts.filter(
      ({ name, value }) => name !== 'AIGC' && keeps(meaningOf(name) ?? 'unknown') && !isPromptText(value, groups),
    ),
  };
}
