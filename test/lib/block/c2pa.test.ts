import { type C2paDocument, type C2paManifest, parseC2pa } from '../../../lib/block/c2pa';
import { maxCborDepth } from '../../../lib/block/limits';
import { maxWarnings } from '../../../lib/limits';
import { box } from '../../../testing/build/bmff';
import { concat, latin1, noise } from '../../../testing/build/bytes';
import { type CborSource, cborBox, manifest, manifestStore, superbox } from '../../../testing/build/jumbf';

const parse = (bytes: Uint8Array, size = bytes.length) => parseC2pa([{ bytes, size }]);
const source = 'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia';

/** The first manifest of a store with one that has these assertions and this claim. */
function first(assertions: Readonly<Record<string, CborSource>>, claim: CborSource = {}): Partial<C2paManifest> {
  return parse(manifestStore(manifest('one', { claim, assertions })))?.manifests[0] ?? {};
}

const nothing = {
  claimGenerator: null,
  claimGeneratorInfo: [],
  title: null,
  format: null,
  actions: [],
  assertions: [],
  ingredients: [],
  training: [],
};

test('no store', () => {
  expect(parseC2pa([])).toBeNull();
});

test('everything that a manifest states', () => {
  const claim = {
    claim_generator: 'Painter/1.0 lib/2',
    claim_generator_info: [{ name: 'Painter', version: '1.0' }, { name: 'lib' }],
    'dc:title': 'picture.jpg',
    'dc:format': 'image/jpeg',
    signature: 'self#jumbf=c2pa.signature',
  };
  const assertions = {
    'c2pa.actions': { actions: [{ action: 'c2pa.created', digitalSourceType: source, when: '2025-01-02T03:04:05Z' }] },
    'c2pa.hash.data': { name: 'jumbf manifest', pad: new Uint8Array(99) },
    'c2pa.ingredient__1': { 'dc:title': 'a.png', 'dc:format': 'image/png', relationship: 'parentOf' },
    'c2pa.training-mining': { entries: { 'c2pa.ai_training': { use: 'notAllowed' } } },
  };
  expect(parse(manifestStore(manifest('urn:uuid:1', { claim, assertions })))).toEqual({
    active: 'urn:uuid:1',
    warnings: [],
    manifests: [
      {
        label: 'urn:uuid:1',
        kind: 'standard',
        claimGenerator: 'Painter/1.0 lib/2',
        claimGeneratorInfo: [
          { name: 'Painter', version: '1.0' },
          { name: 'lib', version: null },
        ],
        title: 'picture.jpg',
        format: 'image/jpeg',
        actions: [
          {
            action: 'c2pa.created',
            digitalSourceType: source,
            softwareAgent: null,
            when: '2025-01-02T03:04:05Z',
            description: null,
          },
        ],
        assertions: ['c2pa.actions', 'c2pa.hash.data', 'c2pa.ingredient__1', 'c2pa.training-mining'],
        ingredients: [{ title: 'a.png', format: 'image/png', relationship: 'parentOf', manifest: null }],
        training: [{ name: 'c2pa.ai_training', use: 'notAllowed' }],
        hasSignature: true,
      },
    ],
  });
});

describe('actions', () => {
  const action = { action: 'c2pa.edited' };
  test.each<[string, CborSource, object]>([
    ['a source type', { ...action, digitalSourceType: source }, { digitalSourceType: source }],
    ['one in the parameters', { ...action, parameters: { digitalSourceType: source } }, { digitalSourceType: source }],
    [
      'one of Adobe',
      { ...action, parameters: { 'com.adobe.digitalSourceType': source } },
      { digitalSourceType: source },
    ],
    ['a program as text', { ...action, softwareAgent: 'Painter' }, { softwareAgent: 'Painter' }],
    ['a program as map', { ...action, softwareAgent: { name: 'Painter', version: '1' } }, { softwareAgent: 'Painter' }],
    ['a program of the list', { ...action, softwareAgentIndex: 1 }, { softwareAgent: 'Second' }],
    ['a program that the list lacks', { ...action, softwareAgentIndex: 7 }, { softwareAgent: null }],
    ['a description', { ...action, parameters: { description: 'Cut' } }, { description: 'Cut' }],
    ['values of other types', { ...action, when: 5, digitalSourceType: [source], softwareAgent: true }, { when: null }],
    ['no name', {}, { action: '' }],
  ])('%s', (_name, item, expected) => {
    const none = { digitalSourceType: null, softwareAgent: null, when: null, description: null };
    const softwareAgents = [{ name: 'First' }, { name: 'Second' }];
    const { actions } = first({ 'c2pa.actions.v2': { actions: [item], softwareAgents } });
    expect(actions).toEqual([{ ...action, ...none, ...expected }]);
  });

  test.each(['c2pa.actions', 'c2pa.actions.v2', 'c2pa.actions__1', 'c2pa.actions.v2__12'])('in %s', (label) => {
    expect(first({ [label]: { actions: [action, action] } }).actions).toHaveLength(2);
  });

  test.each<[string, CborSource]>([
    ['c2pa.actionsx', { actions: [action] }],
    ['c2pa.actions', { actions: action }],
    ['c2pa.actions', { actions: ['c2pa.edited', 1] }],
    ['c2pa.actions', [action]],
  ])('none in %s: %j', (label, value) => {
    expect(first({ [label]: value })).toMatchObject({ actions: [], assertions: [label] });
  });
});

test.each<[string, CborSource, string | null]>([
  ['a full address', { c2pa_manifest: { url: 'self#jumbf=/c2pa/urn:uuid:2' } }, 'urn:uuid:2'],
  ['an address without slash', { c2pa_manifest: { url: 'self#jumbf=c2pa/urn:uuid:2' } }, 'urn:uuid:2'],
  ['version 3', { activeManifest: { url: 'self#jumbf=/c2pa/urn:c2pa:2/c2pa.claim.v2' } }, 'urn:c2pa:2'],
  ['another store', { c2pa_manifest: { url: 'self#jumbf=/other/urn:uuid:2' } }, null],
  ['another address', { c2pa_manifest: { url: 'https://example.com/c2pa/a' } }, null],
  ['no label', { c2pa_manifest: { url: 'self#jumbf=/c2pa/' } }, null],
  ['no address', { c2pa_manifest: 'self#jumbf=/c2pa/urn:uuid:2' }, null],
])('the manifest of an ingredient: %s', (_name, ingredient, expected) => {
  expect(first({ 'c2pa.ingredient.v3': ingredient }).ingredients?.[0]?.manifest).toBe(expected);
});

test.each<[string, CborSource, C2paManifest['training']]>([
  [
    'c2pa.training-mining',
    { entries: { a: { use: 'allowed' }, b: 'notAllowed' } },
    [
      { name: 'a', use: 'allowed' },
      { name: 'b', use: 'notAllowed' },
    ],
  ],
  ['cawg.training-mining', { entries: { a: {} } }, [{ name: 'a', use: null }]],
  ['c2pa.training-mining', { entries: [] }, []],
])('training: %s %j', (label, value, expected) => {
  expect(first({ [label]: value }).training).toEqual(expected);
});

test('version 2 of a claim has one generator', () => {
  const claim = { claim_generator_info: { name: 'Painter', version: '2', icon: {} } };
  expect(first({}, claim).claimGeneratorInfo).toEqual([{ name: 'Painter', version: '2' }]);
});

test.each<[string, Uint8Array, C2paDocument]>([
  [
    'an update manifest is the active one when it is the last',
    manifestStore(manifest('one'), manifest('two', { type: 'c2um' })),
    {
      active: 'two',
      warnings: [],
      manifests: [
        { ...nothing, label: 'one', kind: 'standard', hasSignature: true },
        { ...nothing, label: 'two', kind: 'update', hasSignature: true },
      ],
    },
  ],
  [
    'a compressed manifest is not read',
    manifestStore(superbox('c2cm', 'one', box('brob', noise(40)))),
    {
      active: 'one',
      warnings: [{ block: 'c2pa', detail: 'C2PA manifest: it is compressed, which is not supported' }],
      manifests: [{ ...nothing, label: 'one', kind: 'compressed', hasSignature: false }],
    },
  ],
  ['a box that is not a manifest', manifestStore(superbox('c2xx', 'x')), { active: null, warnings: [], manifests: [] }],
  [
    'a manifest without boxes',
    manifestStore(superbox('c2ma', 'one')),
    { active: 'one', warnings: [], manifests: [{ ...nothing, label: 'one', kind: 'standard', hasSignature: false }] },
  ],
  [
    'other JUMBF',
    superbox('xmpx', 'other', cborBox('cbor', 'c2pa.claim', {})),
    {
      active: null,
      warnings: [{ block: 'c2pa', detail: 'C2PA store: it has no box with manifests' }],
      manifests: [],
    },
  ],
  [
    'other bytes',
    latin1('not a box at all'),
    {
      active: null,
      warnings: [{ block: 'c2pa', detail: 'C2PA store: it has no box with manifests' }],
      manifests: [],
    },
  ],
])('%s', (_name, bytes, expected) => {
  expect(parse(bytes)).toEqual(expected);
});

test('the last manifest of the last store is the active one', () => {
  const stores = [manifestStore(manifest('one'), manifest('two')), manifestStore(manifest('three'))];
  const document = parseC2pa(stores.map((bytes) => ({ bytes, size: bytes.length })));
  expect(document?.manifests.map(({ label }) => label)).toEqual(['one', 'two', 'three']);
  expect(document?.active).toBe('three');
});

describe('damage', () => {
  const actions = { actions: [{ action: 'c2pa.created' }, { action: 'c2pa.edited' }] };
  const claim = { claim_generator: 'Painter', 'dc:title': 'picture.jpg' };
  const one = manifest('one', { claim, assertions: { 'c2pa.actions': actions } });
  const two = manifest('two', { claim, assertions: { 'c2pa.actions': actions } });
  const bytes = manifestStore(one, two);

  test('cut at every length: what was read before, and the active manifest only when it is known', () => {
    const labels = { '': 0, one: 0, 'one,two': 0 };
    for (let length = 0; length < bytes.length; length++) {
      const document = parse(bytes.subarray(0, length), bytes.length);
      const found = document?.manifests.map(({ label }) => label).join() ?? '';
      labels[found as keyof typeof labels]++;
      expect(document?.active).toBe(found === 'one,two' ? 'two' : null);
      expect(document?.warnings.length).toBeGreaterThan(0);
    }
    expect(labels['one,two']).toBeGreaterThan(one.length * 0.8);
    expect(labels['one']).toBeGreaterThan(one.length * 0.8);
  });

  test('every byte changed: an answer', () => {
    for (let at = 0; at < bytes.length; at++) {
      for (const mask of [0x01, 0x80, 0xff]) {
        const flipped = bytes.slice();
        flipped[at] = (flipped[at] ?? 0) ^ mask;
        expect(parse(flipped)?.manifests.length).toBeLessThanOrEqual(2);
      }
    }
  });

  test('a limited number of warnings, each about a defect', () => {
    const deep = new Uint8Array(50).fill(0x81);
    const broken = superbox('cbor', 'c2pa.actions', box('cbor', deep));
    const store = manifestStore(superbox('c2ma', 'one', superbox('c2as', 'a', concat(...Array(120).fill(broken)))));
    const { warnings = [] } = parse(store) ?? {};
    expect(warnings).toHaveLength(maxWarnings);
    expect(warnings[0]?.detail).toBe(`C2PA CBOR: items are nested deeper than ${maxCborDepth}`);
  });
});
