// XMP packets, built from their RDF.
import { xmpNamespaces } from '../../lib/block/xmp-namespaces';

const declared = ['rdf', 'dc', 'xmp', 'xmpNote', 'mwg-rs', 'stArea'] as const;
const declarations = declared.map((prefix) => `xmlns:${prefix}="${xmpNamespaces[prefix]}"`).join(' ');

/** A packet whose nodes are `rdf`, as text. `o` is a prefix of an unknown namespace. */
export function xmpPacket(rdf: string): string {
  return `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF ${declarations} xmlns:o="http://example.com/">${rdf}</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>`;
}

/** A packet with one node that has these property elements. */
export function xmpWith(properties: string): string {
  return xmpPacket(`<rdf:Description rdf:about="">${properties}</rdf:Description>`);
}

/** A packet with properties of each kind. */
export const richXmp = xmpPacket(`
 <rdf:Description rdf:about="" xmp:Rating="3" xmp:Label='R&amp;D &#x2603;'>
  <dc:title><rdf:Alt><rdf:li xml:lang="x-default">Snow</rdf:li><rdf:li xml:lang="de">Schnee</rdf:li></rdf:Alt></dc:title>
  <dc:subject><rdf:Bag><rdf:li>one</rdf:li><rdf:li>two</rdf:li></rdf:Bag></dc:subject>
  <dc:source rdf:resource="http://example.com/a"/>
  <mwg-rs:Regions rdf:parseType="Resource"><mwg-rs:RegionList><rdf:Seq>
   <rdf:li><rdf:Description mwg-rs:Name="Ann"><mwg-rs:Area stArea:x="0.5" stArea:y="0.25"/></rdf:Description></rdf:li>
  </rdf:Seq></mwg-rs:RegionList></mwg-rs:Regions>
  <!-- a comment --><xmp:Identifier><rdf:Description><rdf:value>7</rdf:value><o:scheme>s</o:scheme></rdf:Description></xmp:Identifier>
 </rdf:Description>
 <rdf:Description rdf:about=""><dc:format><![CDATA[a<b]]></dc:format></rdf:Description>
`);
