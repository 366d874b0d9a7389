// What a record says about generating programs, apart from its texts: that stays when these are dropped.
import { aigcOf, type FoundLabel, type LabelledBlocks } from './aigc';
import { type GeneratorText, generatorTexts } from './generator-text';

/** The programs that texts name, and the label of GB 45438; null without a label. */
export type AiSigns = Readonly<{ generators: readonly GeneratorText[]; label: FoundLabel | null }>;

export function signsOf(blocks: LabelledBlocks): AiSigns {
  return { generators: generatorTexts(blocks), label: aigcOf(blocks) };
}
