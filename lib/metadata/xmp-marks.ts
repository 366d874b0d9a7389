// What each property of XMP gives away. Properties and fields that are not here may say anything.
import { xmpNamespaces as ns } from '../block/xmp-namespaces';
import type { XmpProperty } from '../block/xmp-value';
import { type MarkRow, type Marks, markTable, unknownMarks } from './marks';
import { marksOfTagName } from './tag-marks';

/** Namespaces by their usual prefix. `*` has the marks of every other name. */
const rows: Readonly<Partial<Record<keyof typeof ns, readonly MarkRow[]>>> = {
  dc: [
    ['title format language date type'],
    ['creator contributor publisher rights', 'owner'],
    ['subject', '?faces'],
    ['description', '?prompt'],
    ['source', '?owner', '?prompt'],
    ['identifier', '?serial'],
    ['coverage', 'gps'],
  ],
  xmp: [
    ['CreateDate ModifyDate MetadataDate CreatorTool Rating Label'],
    ['Identifier', '?serial'],
    ['Thumbnails', '?thumbnail', '?gps', '?serial', '?owner', '?faces', '?prompt'],
  ],
  xmpRights: [['Marked'], ['Owner UsageTerms WebStatement Certificate', 'owner']],
  xmpMM: [['DocumentID InstanceID OriginalDocumentID', '?serial', '?owner']],
  photoshop: [
    ['DateCreated ColorMode ICCProfile Headline Category SupplementalCategories Urgency'],
    ['City State Country', 'gps'],
    ['AuthorsPosition CaptionWriter Credit Source', 'owner'],
    ['Instructions', '?prompt'],
    ['LegacyIPTCDigest', '?iptc'],
  ],
  Iptc4xmpCore: [
    ['IntellectualGenre Scene SubjectCode'],
    ['Location CountryCode', 'gps'],
    ['CreatorContactInfo CiAdrCity CiAdrCtry CiAdrExtadr CiAdrPcode CiAdrRegion', 'owner'],
    ['CiEmailWork CiTelWork CiUrlWork', 'owner'],
    ['AltTextAccessibility ExtDescrAccessibility', '?prompt'],
  ],
  Iptc4xmpExt: [
    ['DigitalSourceType DigitalSourcefileType AISystemUsed AISystemVersionUsed'],
    ['Event OrganisationInImageName OrganisationInImageCode MaxAvailHeight MaxAvailWidth'],
    ['LocationCreated LocationShown', 'gps'],
    ['City CountryName CountryCode ProvinceState Sublocation WorldRegion LocationId LocationName', '?gps'],
    ['PersonInImage PersonInImageWDetails', 'faces'],
    ['ModelAge', '?faces'],
    ['AIPromptInformation', 'prompt'],
    ['AIPromptWriterName', 'prompt', 'owner'],
    ['DigImageGUID RegistryId', '?serial'],
  ],
  plus: [
    ['DataMining ModelReleaseStatus MinorModelAgeDisclosure PropertyReleaseStatus'],
    ['ImageSupplierImageID', '?serial'],
    ['ImageCreator CopyrightOwner Licensor ImageSupplier', 'owner'],
    ['*', '?owner'],
  ],
  cc: [['license'], ['attributionName attributionURL morePermissions', 'owner']],
  aux: [
    ['Lens LensInfo LensID Firmware ApproximateFocusDistance FlashCompensation'],
    ['SerialNumber LensSerialNumber', 'serial'],
    ['ImageNumber', '?serial'],
    ['OwnerName', 'owner'],
  ],
  exif: [['Fired Return Mode Function RedEyeMode']],
  exifEX: [['PhotographicSensitivity']],
  lr: [['hierarchicalSubject weightedFlatSubject', '?gps', '?faces']],
  'mwg-kw': [['*', '?gps', '?faces']],
  digiKam: [['ColorLabel PickLabel'], ['TagsList', '?gps', '?faces']],
  mediapro: [['Event'], ['Location', 'gps'], ['People', 'faces']],
  MicrosoftPhoto: [
    ['Rating DateAcquired FlashManufacturer FlashModel LensManufacturer LensModel'],
    ['CameraSerialNumber LensSerialNumber', 'serial'],
    ['LastKeywordIPTC LastKeywordXMP', '?faces'],
  ],
  MP: [['RegionInfo', 'faces']],
  MPRI: [['*', '?faces']],
  MPReg: [['*', '?faces']],
  'mwg-rs': [
    ['Regions', 'faces'],
    ['*', '?faces'],
  ],
  'apple-fi': [
    ['Regions', 'faces'],
    ['*', '?faces'],
  ],
  GCamera: [
    ['BurstID', 'serial'],
    ['BurstPrimary MotionPhoto MotionPhotoVersion MotionPhotoPresentationTimestampUs'],
    ['MicroVideo MicroVideoVersion MicroVideoOffset MicroVideoPresentationTimestampUs SpecialTypeID'],
  ],
  // One position has a slip of the pen in its name, which older firmware writes.
  'drone-dji': [
    ['GpsLatitude GpsLongitude GpsLongtitude AbsoluteAltitude RelativeAltitude', 'gps'],
    ['CameraSerialNumber DroneSerialNumber', 'serial'],
  ],
  GPano: [
    ['UsePanoramaViewer ProjectionType StitchingSoftware CaptureSoftware SourcePhotosCount ExposureLockUsed'],
    ['CroppedAreaLeftPixels CroppedAreaTopPixels CroppedAreaImageWidthPixels CroppedAreaImageHeightPixels'],
    ['FullPanoWidthPixels FullPanoHeightPixels FirstPhotoDate LastPhotoDate'],
    ['PoseHeadingDegrees', '?gps'],
  ],
  Container: [['Directory Item']],
  Item: [['Mime Semantic Length Padding']],
  TC260: [['AIGC']],
  stArea: [['*']],
  stDim: [['*']],
  hdrgm: [['*']],
  hdr_metadata: [['*']],
  HDRGainMap: [['*']],
  xml: [['lang']],
};

const tables: ReadonlyMap<string, ReadonlyMap<string, Marks>> = new Map([
  ...Object.entries(rows).map(([prefix, own]) => [ns[prefix as keyof typeof ns], markTable(own)] as const),
  ['http://iptc.org/std/Iptc4xmpExt/2008-02-19/', markTable([['DigitalSourcefileType']])],
]);
/** Namespaces whose properties have the names of tags. */
const tagNamespaces: readonly string[] = [ns.exif, ns.exifEX, ns.tiff];

/** The marks of a property or field itself; its fields have their own. */
export function xmpMarks({ namespace, name, value }: XmpProperty): Marks {
  const table = tables.get(namespace);
  const own = table?.get(name) ?? table?.get('*') ?? null;
  if (own !== null) return own;
  if (tagNamespaces.includes(namespace)) return marksOfTagName(name) ?? unknownMarks;
  return namespace === ns.crs && isSetting(value) ? [] : unknownMarks;
}

/** Settings of Camera Raw are numbers and truth values, apart from names of files, presets and masks. */
function isSetting(value: XmpProperty['value']): boolean {
  return typeof value === 'string' && /^(?:[+-]?[\d.]{1,12}|True|False)$/i.test(value);
}
