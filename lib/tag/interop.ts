// Names of the tags of the Interoperability IFD as exiv2 0.27.6 prints them (group Iop) [CIPA DC-008-2023 4.6.8].

/** Tag number -> name. */
export const interopTags: ReadonlyMap<number, string> = new Map([
  [0x0001, 'InteroperabilityIndex'],
  [0x0002, 'InteroperabilityVersion'],
  [0x1000, 'RelatedImageFileFormat'],
  [0x1001, 'RelatedImageWidth'],
  [0x1002, 'RelatedImageLength'],
]);
