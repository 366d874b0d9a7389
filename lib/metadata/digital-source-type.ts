// The codes that say how a picture came about [IPTC NewsCodes, digitalsourcetype; C2PA 2.2, 18.15], and what they mean for the
// question whether it was generated.

/** true: a program made it or a part of it. false: neither. null: the code does not say. */
const generated: ReadonlyMap<string, boolean | null> = new Map<string, boolean | null>([
  // A trained model made all of it, or a part of it.
  ['trainedAlgorithmicMedia', true],
  ['compositeWithTrainedAlgorithmicMedia', true],
  // C2PA has this code for data that is not media, such as the weights of a model, and some programs use it for pictures.
  ['trainedAlgorithmicData', true],
  // A program made it without a trained model, for example a fractal: no person drew it and no camera took it.
  ['algorithmicMedia', true],
  // At least one of its elements is synthetic.
  ['compositeSynthetic', true],
  // It shows the real world, and was at most processed without a generating program.
  ['digitalCapture', false],
  ['computationalCapture', false],
  ['multiFrameComputationalCapture', false],
  ['negativeFilm', false],
  ['positiveFilm', false],
  ['print', false],
  ['compositeCapture', false],
  // By definition the change is small and does not come from a generating program.
  ['algorithmicallyEnhanced', false],
  // A person made or changed it, by definition with tools that do not generate. The last two are older names.
  ['humanEdits', false],
  ['digitalCreation', false],
  ['minorHumanEdits', false],
  ['digitalArt', false],
  // It shows data, in a form that a person designed.
  ['dataDrivenMedia', false],
  // Its elements may be generated or not.
  ['composite', null],
  // The screen may show a generated picture; a virtual event may be generated.
  ['screenCapture', null],
  ['virtualRecording', null],
  // An older code, for drawings and for generated pictures.
  ['softwareImage', null],
  // C2PA: the picture was begun with nothing.
  ['empty', null],
]);

/** Places of the codes. Some programs write them with https, or only the code. */
const vocabularies: readonly string[] = ['cv.iptc.org/newscodes/digitalsourcetype/', 'c2pa.org/digitalsourcetype/'];

/** The code of a stored source type; the stored text when it is an address of something else. */
export function sourceTypeCode(stored: string): string {
  const text = stored.trim();
  const address = text.replace(/^https?:\/\//, '');
  const vocabulary = vocabularies.find((start) => address.startsWith(start));
  return vocabulary === undefined ? text : address.slice(vocabulary.length);
}

/** Whether a picture with this code was generated; null when the code does not say. */
export function isGenerated(code: string): boolean | null {
  return generated.get(code) ?? null;
}
