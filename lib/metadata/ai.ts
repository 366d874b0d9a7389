// Whether a picture says that it was generated: in C2PA, in the source type of IPTC, in the label of GB 45438, and in texts of
// the programs that generate. Prompts are never a part of the answer.
import type { C2paDocument, C2paManifest } from '../block/c2pa';
import { xmpNamespaces } from '../block/xmp-namespaces';
import { propertyOf, textOf, textsOf, type XmpDocument } from '../block/xmp-value';
import { cleanText } from '../style/text/clean-text';
import { type AiSigns, signsOf } from './ai-signs';
import type { LabelledBlocks } from './aigc';
import { isGenerated, sourceTypeCode } from './digital-source-type';

/** From the most to the least reliable one. */
const sources = ['C2PA', 'IPTC DigitalSourceType', 'GB 45438', 'generator text'] as const;

/**
 * What one place says. `generated` is null when it says neither yes nor no. `manifest` and `active`: the manifest of C2PA, and
 * whether it is the one that describes the file as it is. `label` is that of GB 45438: 1 is, 2 may be, 3 seems generated.
 */
export type AiStatement = Readonly<{
  source: (typeof sources)[number];
  where: string;
  generated: boolean | null;
  digitalSourceType?: string;
  generator?: string;
  label?: string;
  manifest?: string;
  active?: boolean;
}>;

/** The strongest statement, and all of them. */
export type AiLabel = Readonly<
  Pick<AiStatement, 'generated' | 'source' | 'digitalSourceType' | 'generator'> & { sources: readonly AiStatement[] }
>;

type Basis = Pick<AiStatement, 'source' | 'where' | 'generated'>;
/** The other members; null for one that is not known. */
type Details = { [Name in Exclude<keyof AiStatement, keyof Basis>]?: AiStatement[Name] | null };

const maxStatements = 32;
/** The properties of XMP with a source type. The last one is from the first version of the standard. */
const sourceTypes: readonly (readonly [namespace: string, name: string])[] = [
  [xmpNamespaces.Iptc4xmpExt, 'DigitalSourceType'],
  [xmpNamespaces.Iptc4xmpExt, 'DigitalSourcefileType'],
  ['http://iptc.org/std/Iptc4xmpExt/2008-02-19/', 'DigitalSourcefileType'],
];

/**
 * What the blocks of a picture say; null when none says anything. A statement that it was generated is stronger than others, and
 * one that leaves it open is stronger than a denial: a denial may be about a part of the picture, or older than a change.
 */
export function aiOf(
  { xmp, c2pa, ...blocks }: LabelledBlocks & Readonly<{ c2pa: C2paDocument | null }>,
  { generators, label }: AiSigns = signsOf({ ...blocks, xmp }),
): AiLabel | null {
  const statements = [
    ...(c2pa === null ? [] : c2pa.manifests.flatMap((manifest) => ofManifest(manifest, c2pa.active))),
    ...(xmp === null ? [] : ofXmp(xmp)),
    ...ofLabel(label),
    ...generators.map(({ where, generator }) =>
      statement({ source: 'generator text', where, generated: true }, { generator }),
    ),
  ];
  const shown = distinct(statements).sort(byStrength).slice(0, maxStatements);
  const [strongest] = shown;
  if (strongest === undefined) return null;
  const { source, generated, digitalSourceType, generator } = strongest;
  return {
    generated,
    source,
    ...(digitalSourceType === undefined ? {} : { digitalSourceType }),
    ...(generator === undefined ? {} : { generator }),
    sources: shown,
  };
}

function ofManifest(manifest: C2paManifest, active: string | null): readonly AiStatement[] {
  const [{ name } = { name: null }] = manifest.claimGeneratorInfo;
  return manifest.actions.flatMap(({ action, digitalSourceType, softwareAgent }) => {
    if (digitalSourceType === null) return [];
    const code = sourceTypeCode(digitalSourceType);
    return statement(
      { source: 'C2PA', where: cleanText(action), generated: isGenerated(code) },
      {
        digitalSourceType: code,
        generator: softwareAgent ?? (action === 'c2pa.created' ? (name ?? manifest.claimGenerator) : null),
        manifest: manifest.label,
        active: active === null ? null : manifest.label === active,
      },
    );
  });
}

function ofXmp(xmp: XmpDocument): readonly AiStatement[] {
  const generator = textOf(propertyOf(xmp, xmpNamespaces.Iptc4xmpExt, 'AISystemUsed'));
  return sourceTypes.flatMap(([namespace, name]) =>
    textsOf(propertyOf(xmp, namespace, name)).map((text) => {
      const code = sourceTypeCode(text);
      return statement(
        { source: 'IPTC DigitalSourceType', where: `XMP Iptc4xmpExt:${name}`, generated: isGenerated(code) },
        { digitalSourceType: code, generator },
      );
    }),
  );
}

function ofLabel(found: AiSigns['label']): readonly AiStatement[] {
  if (found === null) return [];
  const { label, where } = found;
  const isCertain = label.Label === '1';
  return [statement({ source: 'GB 45438', where, generated: isCertain || null }, { label: label.Label ?? null })];
}

/** The statement without the members that are not known, and with texts that can be shown. */
function statement(basis: Basis, details: Details): AiStatement {
  const known = Object.entries(details).flatMap(([name, value]) => {
    const shown = typeof value === 'string' ? cleanText(value) : value;
    return shown === null || shown === '' ? [] : [[name, shown] as const];
  });
  return { ...basis, ...Object.fromEntries(known) };
}

function distinct(statements: readonly AiStatement[]): AiStatement[] {
  return [...new Map(statements.map((statement) => [JSON.stringify(statement), statement])).values()];
}

function byStrength(a: AiStatement, b: AiStatement): number {
  return strengthOf(a) - strengthOf(b);
}

/** The smaller, the stronger. Of equal ones, the one that names its program comes first. */
function strengthOf({ generated, source, active, generator }: AiStatement): number {
  const answer = generated === null ? 1 : generated ? 0 : 2;
  const details = (active === false ? 2 : 0) + (generator === undefined ? 1 : 0);
  return 4 * (sources.length * answer + sources.indexOf(source)) + details;
}
