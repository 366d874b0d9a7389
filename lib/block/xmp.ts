// XMP packets as properties [XMP part 1; part 3, 1.1.3.1].
import { joinBytes } from '../bytes/join';
import { md5 } from '../bytes/md5';
import type { BlockWarning, FoundBlock } from './block';
import { maxFoundBytes, maxXmlDepth, maxXmlNodes, maxXmpBytes, maxXmpPackets } from './limits';
import { addProperties, type PropertyMap, rdfRoot } from './rdf';
import { readElement, type XmlBudget } from './xml';
import { xmpNamespaces } from './xmp-namespaces';
import { xmpText } from './xmp-text';
import { propertyOf, textOf, type XmpDocument } from './xmp-value';

/** A part of an Extended XMP. */
export type ExtensionPart = Extract<FoundBlock, { kind: 'xmp-extension' }>;

/**
 * Reads the packets of an image, in the order of the file. A property of a later packet replaces that of an earlier one. The
 * extension that a packet names comes last. Texts can be as long as their packet.
 */
export function parseXmp(packets: readonly Uint8Array[], extensions: readonly ExtensionPart[]): XmpDocument {
  const found: PropertyMap = new Map();
  const warnings: BlockWarning[] = [];
  const warn = (detail: string): void => void warnings.push({ block: 'xmp', detail });
  const budget = { nodes: maxXmlNodes, depth: maxXmlDepth };
  if (packets.length > maxXmpPackets) warn(`more than ${maxXmpPackets} packets: the others are not read`);
  let room = maxXmpBytes;
  for (const packet of packets.slice(0, maxXmpPackets)) {
    if (packet.length > room) warn(`${packet.length - room} bytes of a packet are not read`);
    addPacket(packet.subarray(0, room), budget, found, warn);
    room = Math.max(room - packet.length, 0);
  }
  const main = { properties: [...found.values()], warnings };
  const guid = textOf(propertyOf(main, xmpNamespaces.xmpNote, 'HasExtendedXMP'));
  const parts = extensions.filter((part) => part.guid === guid);
  if (extensions.length > parts.length) warn('an Extended XMP that no packet names is not read');
  if (guid === null) return main;
  if (parts.length === 0) {
    warn('the Extended XMP is missing, or it is longer than 1 MiB: it is not read');
    return { properties: [...found.values()], warnings };
  }
  const extension = joinExtension(parts);
  if (extension === null)
    warn('the Extended XMP is not complete, or is not the one that its digest names: it is not read');
  else addPacket(extension, budget, found, warn);
  return { properties: [...found.values()], warnings };
}

function addPacket(packet: Uint8Array, budget: XmlBudget, found: PropertyMap, warn: (detail: string) => void): void {
  const { element, faults } = readElement(xmpText(packet), rdfRoot, budget);
  if (element === null) warn(`a packet has no rdf:RDF that can be read (${faults.join(', ')})`);
  else for (const fault of faults) warn(`a packet was read only in part: ${fault}`);
  if (element !== null) addProperties(element, found);
}

/** The whole Extended XMP; null when parts are missing, overlap or do not agree about the length, or the MD5 is not the GUID. */
function joinExtension(parts: readonly ExtensionPart[]): Uint8Array | null {
  const sorted = parts.toSorted((a, b) => a.at - b.at);
  const [first] = sorted;
  if (first === undefined || first.total > maxFoundBytes) return null;
  let end = 0;
  for (const part of sorted) {
    if (part.at !== end || part.total !== first.total || part.bytes.length === 0) return null;
    end += part.bytes.length;
  }
  if (end !== first.total) return null;
  const whole = joinBytes(sorted.map(({ bytes }) => bytes));
  return md5(whole) === first.guid.toLowerCase() ? whole : null;
}
