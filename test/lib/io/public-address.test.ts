import type { LookupAddress } from 'node:dns';
import { isPrivateHost, isPublicAddress, publicLookup } from '../../../lib/io/public-address';

test.each([
  '1.1.1.1',
  '8.8.8.8',
  '9.255.255.255',
  '11.0.0.0',
  '100.63.255.255',
  '100.128.0.0',
  '126.255.255.255',
  '128.0.0.0',
  '169.253.255.255',
  '169.255.0.0',
  '172.15.255.255',
  '172.32.0.0',
  '192.0.1.0',
  '192.167.255.255',
  '192.169.0.0',
  '198.17.255.255',
  '198.20.0.0',
  '223.255.255.255',
  '168.63.129.15',
  '2606:4700:4700::1111',
  '2400:3200::1',
  '2001:4860:4860::8888',
  '::ffff:8.8.8.8',
  '64:ff9b::8.8.8.8',
])('%s is public', (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

const notPublic = {
  unspecified: ['0.0.0.0', '0.1.2.3', '::'],
  loopback: ['127.0.0.1', '127.255.255.255', '::1'],
  private: ['10.0.0.0', '10.255.255.255', '172.16.0.0', '172.31.255.255', '192.168.0.1', 'fc00::1', 'fdff::1'],
  'shared (CGNAT)': ['100.64.0.0', '100.127.255.255'],
  'link-local': ['169.254.0.1', 'fe80::1', 'fe80::1%eth0', 'febf::1'],
  'site-local': ['fec0::1'],
  metadata: ['169.254.169.254', '169.254.170.2', '100.100.100.200', '192.0.0.192', '168.63.129.16', 'fd00:ec2::254'],
  multicast: ['224.0.0.1', '239.255.255.255', 'ff02::1'],
  broadcast: ['255.255.255.255'],
  reserved: ['240.0.0.1', '192.0.0.1', '198.18.0.1', '192.88.99.1', '4000::1', '100::1', '5f00::1', '64:ff9b:1::1'],
  documentation: ['192.0.2.1', '198.51.100.1', '203.0.113.1', '2001:db8::1', '3fff::1'],
  'IPv4-mapped': ['::ffff:10.0.0.1', '::ffff:7f00:1', '::ffff:169.254.169.254', '::ffff:0.0.0.0'],
  NAT64: ['64:ff9b::127.0.0.1', '64:ff9b::a9fe:a9fe', '64:ff9b::192.168.1.1', '64:ff9b::100.64.0.1', '64:ff9b::'],
  'with an IPv4 address inside': ['::10.0.0.1', '::ffff:0:10.0.0.1', '2002:7f00:1::', '2002:808:808::1', '2001:0:1::1'],
  'no address': ['', 'localhost', '1.1.1', '08.8.8.8', '1.1.1.1:443', '[2606:4700::1]', ' 1.1.1.1'],
};

describe.each(Object.entries(notPublic))('%s', (_, addresses) => {
  test.each(addresses)('%s is not public', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

test.each([
  ['http://localhost/', true],
  ['http://LOCALHOST./', true],
  ['http://a.localhost/', true],
  ['http://notlocalhost/', false],
  ['http://localhost.example.com/', false],
  ['http://0x7f.1/', true],
  ['http://2130706433/', true],
  ['http://[::ffff:127.0.0.1]/', true],
  ['http://[fe80::1]/', true],
  ['http://1.1.1.1/', false],
  ['http://[2606:4700::1]/', false],
  ['http://hooks.example.com/', false],
])('the host of %s is private: %p', (url, isPrivate) => {
  expect(isPrivateHost(new URL(url).hostname)).toBe(isPrivate);
});

describe('a look-up of public addresses', () => {
  const addressOf = (address: string): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 });

  /** What a look-up gives when the name server has these addresses, one list for each time. */
  function lookingUp(...lists: readonly (readonly string[])[]) {
    let index = 0;
    const lookup = publicLookup((_, __, done) => done(null, (lists[index++] ?? []).map(addressOf)));
    return (all: boolean) =>
      new Promise((resolve) =>
        lookup('hooks.test', { all }, (error, address, family) => resolve(error?.code ?? [address, family])),
      );
  }

  test('gives all of them, or the first one', async () => {
    const list = ['1.1.1.1', '2606:4700::1'];
    const look = lookingUp(list, list);
    expect(await look(true)).toEqual([list.map(addressOf), undefined]);
    expect(await look(false)).toEqual(['1.1.1.1', 4]);
  });

  test.each([[['127.0.0.1']], [['1.1.1.1', '10.0.0.1']], [['2606:4700::1', '::1']], [['1.1.1.1', '::ffff:10.0.0.1']]])(
    'fails for %j: one that is not public is enough',
    async (list) => {
      const look = lookingUp(list, list);
      expect([await look(true), await look(false)]).toEqual(['PRIVATE_ADDRESS', 'PRIVATE_ADDRESS']);
    },
  );

  test('asks the name server once, and gives the addresses that it checked', async () => {
    const look = lookingUp(['1.1.1.1'], ['127.0.0.1']);
    expect(await look(true)).toEqual([[addressOf('1.1.1.1')], undefined]);
    expect(await look(true)).toBe('PRIVATE_ADDRESS');
  });

  test('passes on that there is no such name, or no address for it', async () => {
    const unknown = publicLookup((_, __, done) => done(Object.assign(new Error(''), { code: 'ENOTFOUND' }), []));
    const code = await new Promise((resolve) => unknown('hooks.test', { all: true }, (error) => resolve(error?.code)));
    expect([code, await lookingUp([])(true)]).toEqual(['ENOTFOUND', 'ENOTFOUND']);
  });
});
