// An XMP packet as a program for editing photographs writes it.
import { xmpNamespaces } from '../../lib/block/xmp-namespaces';

const editing = {
  crs: 'http://ns.adobe.com/camera-raw-settings/1.0/',
  xmpMM: 'http://ns.adobe.com/xap/1.0/mm/',
  stEvt: 'http://ns.adobe.com/xap/1.0/sType/ResourceEvent#',
} as const;
const known = ['dc', 'xmp', 'aux', 'photoshop', 'Iptc4xmpExt', 'mwg-rs', 'stArea'] as const;
const declarations = [...known.map((prefix) => [prefix, xmpNamespaces[prefix]]), ...Object.entries(editing)]
  .map(([prefix, namespace]) => `xmlns:${prefix}="${namespace}"`)
  .join('\n    ');

/** How many items the packet has of what makes packets long. */
export type PacketParts = Readonly<{ keywords: number; settings: number; saves: number; faces: number }>;

/** Attributes, and arrays of texts and of structures, in ASCII; without the blanks at the end that leave room for changes. */
export function editedPacket({ keywords, settings, saves, faces }: PacketParts): string {
  return `<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Example XMP Core 7.0">
 <rdf:RDF xmlns:rdf="${xmpNamespaces.rdf}">
  <rdf:Description rdf:about=""
    ${declarations}
   xmp:CreatorTool="Example Editor 13.2" xmp:CreateDate="2026-05-17T18:42:09.25+02:00"
   xmp:ModifyDate="2026-05-18T09:12:44+02:00" xmp:Rating="4" xmp:Label="Red"
   aux:Lens="EX 16-55mm f/2.8-4" aux:SerialNumber="0001" photoshop:City="Berlin" photoshop:Country="Germany"
   photoshop:DateCreated="2026-05-17T18:42:09.25" photoshop:Credit="Example Agency"
   xmpMM:DocumentID="xmp.did:5a2c1f60-7c0e-4b57-9d0f-0a4b1c2d3e4f"
   ${range(settings, (i) => `crs:Setting${i}="${(i * 7) % 100}"`)}
   dc:format="image/jpeg">
   <dc:title>${text('Evening at the lake')}</dc:title>
   <dc:description>${text('A jetty &amp; two boats, seen from the western shore &#x2013; shortly before sunset.')}</dc:description>
   <dc:rights>${text('&#169; 2026 A. Nobody')}</dc:rights>
   <dc:creator><rdf:Seq><rdf:li>A. Nobody</rdf:li></rdf:Seq></dc:creator>
   <dc:subject><rdf:Bag>
    ${range(keywords, (i) => `<rdf:li>keyword ${i}</rdf:li>`)}
   </rdf:Bag></dc:subject>
   <mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:RegionList><rdf:Bag>
    ${range(faces, face)}
   </rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>
   <xmpMM:History><rdf:Seq>
    ${range(saves, save)}
   </rdf:Seq></xmpMM:History>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>`;
}

function range(count: number, item: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => item(i)).join('\n    ');
}

function text(value: string): string {
  return `<rdf:Alt><rdf:li xml:lang="x-default">${value}</rdf:li></rdf:Alt>`;
}

function face(i: number): string {
  return `<rdf:li><rdf:Description mwg-rs:Name="Person ${i}" mwg-rs:Type="Face">
     <mwg-rs:Area stArea:x="0.${10 + i}" stArea:y="0.25" stArea:w="0.0625" stArea:h="0.0833" stArea:unit="normalized"/>
    </rdf:Description></rdf:li>`;
}

function save(i: number): string {
  return `<rdf:li stEvt:action="saved" stEvt:instanceID="xmp.iid:0a4b1c2d-3e4f-4b57-9d0f-${100_000_000_000 + i}"
     stEvt:when="2026-05-18T09:12:44+02:00" stEvt:softwareAgent="Example Editor 13.2" stEvt:changed="/metadata"/>`;
}
