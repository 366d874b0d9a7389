// How the segments of a JPEG with metadata blocks are recognised.
import type { BlockName } from '../block';

export const APP2 = 0xe2;
export const APP11 = 0xeb;

export const xmpIdentifier = 'http://ns.adobe.com/xap/1.0/';
export const extensionIdentifier = 'http://ns.adobe.com/xmp/extension/\0';
/** Bytes before a part of an Extended XMP: the longest header of all. */
export const extensionHeader = extensionIdentifier.length + 32 + 4 + 4;
export const iccIdentifier = 'ICC_PROFILE\0';
/** Bytes before a part of a profile. */
export const iccHeader = iccIdentifier.length + 2;

/** The blocks that may be among the image resources of Photoshop. */
export const photoshopBlocks: readonly BlockName[] = ['xmp', 'iptc', 'icc'];
