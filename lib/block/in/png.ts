// The metadata blocks of a PNG: chunks before the image data, and text chunks at the end of the object.
//
//   iCCP   name 00 method u8 zlib [PNG 3rd edition, 11.3.2.3]      caBX   JUMBF [C2PA 2.1, A.3.3]
//   iTXt   keyword "XML:com.adobe.xmp" [XMP part 3, 1.1.5]         text   keyword "Raw profile type ...": a hexadecimal dump
import { hasAt, latin1 } from '../../bytes/cursor';
import { inflate } from '../../bytes/decompress';
import type { HeldBytes } from '../../bytes/held';
import { type Chunk, chunkAt, chunksInTail, textTypes } from '../../container/png-chunk';
import { type ChunkText, textOf, unhex } from '../../container/png-text';
import { maxHops } from '../../limits';
import type { BlockFinder, BlockName, FinderInput, FoundBlock } from '../block';
import { iccStartBytes, maxFoundBytes, maxInflated, totalFoundBytes } from '../limits';
import { findInTags } from './exif-tags';
import { readRanges, searchWithin } from './pieces';
import { blocksOfResources } from './resources';

/** The longest keyword, or name of a profile, and its NUL. */
const maxKeyword = 80;
const xmpKeyword = 'XML:com.adobe.xmp';
const profileKeyword = 'raw profile type ';
const xmpIdentifier = 'http://ns.adobe.com/xap/1.0/\0';
const iccKeyword = '';

/** A chunk that may make blocks, and its keyword, which is also its name for an ICC profile. */
type NamedChunk = Readonly<{ chunk: Chunk; keyword: string }>;

/** The content of a chunk: as stored, or inflated. */
type Content = NamedChunk & ChunkText;

export const pngBlocks: BlockFinder = { container: 'png', find };
