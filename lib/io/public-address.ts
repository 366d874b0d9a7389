// Which addresses are public: a request to any other one could reach a service that only this network should reach.
import { type LookupAddress, lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** The code of a host name that leads to an address which is not public. */
export const privateAddressCode = 'PRIVATE_ADDRESS';

/**
 * IPv4 blocks that are not public [IANA IPv4 Special-Purpose Address Registry]. They have all metadata services (169.254.169.254,
 * 100.100.100.200, 192.0.0.192) except that of Azure, the last one here.
 */
const special4: readonly (readonly [network: string, bits: number])[] = [
  ['0.0.0.0', 8], // this network, unspecified
  ['10.0.0.0', 8], // private
  ['100.64.0.0', 10], // shared by the customers of a provider (CGNAT)
  ['127.0.0.0', 8], // loopback
  ['169.254.0.0', 16], // link-local
  ['172.16.0.0', 12], // private
  ['192.0.0.0', 24], // protocol assignments
  ['192.0.2.0', 24], // documentation
  ['192.88.99.0', 24], // relays of 6to4
  ['192.168.0.0', 16], // private
  ['198.18.0.0', 15], // benchmarks
  ['198.51.100.0', 24], // documentation
  ['203.0.113.0', 24], // documentation
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved, broadcast
  ['168.63.129.16', 32],
];

/**
 * IPv6 blocks that may be public: global unicast, and the two that have an IPv4 address in their last 32 bits. So loopback (::1),
 * private (fc00::/7), link-local (fe80::/10), multicast (ff00::/8) and all reserved blocks are not [RFC 4291, RFC 6052].
 */
const global6: readonly (readonly [network: string, bits: number])[] = [
  ['2000::', 3],
  ['::ffff:0.0.0.0', 96], // IPv4-mapped
  ['64:ff9b::', 96], // NAT64
];

/** The blocks inside these that are not public [IANA IPv6 Special-Purpose Address Registry]. */
const special6: readonly (readonly [network: string, bits: number])[] = [
  ['2001::', 23], // protocol assignments, Teredo
  ['2001:db8::', 32], // documentation
  ['2002::', 16], // 6to4, which has an IPv4 address inside
  ['3fff::', 20], // documentation
  ...special4.map(([network, bits]) => [`64:ff9b::${network}`, 96 + bits] as const),
];

const refused = new BlockList();
for (const [network, bits] of special4) refused.addSubnet(network, bits, 'ipv4');
for (const [network, bits] of special6) refused.addSubnet(network, bits, 'ipv6');
const accepted6 = new BlockList();
for (const [network, bits] of global6) accepted6.addSubnet(network, bits, 'ipv6');

/** Whether a text is an address that is reachable from everywhere. An IPv4-mapped address counts as its IPv4 address. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !refused.check(address, 'ipv4');
  return family === 6 && accepted6.check(address, 'ipv6') && !refused.check(address, 'ipv6');
}

/** Whether a host name or address of a URL names this machine or a private network without a look-up. */
export function isPrivateHost(hostname: string): boolean {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(host) !== 0) return !isPublicAddress(host);
  return /(^|\.)localhost\.?$/i.test(host);
}

/** How host names become addresses: `dns.lookup` with `all`. */
export type Resolve = (
  hostname: string,
  options: Readonly<{ all: true }>,
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * A look-up for node:http that fails with the code PRIVATE_ADDRESS when any address of the host is not public. The connection
 * goes to an address that was checked, so a name server that answers differently the next time changes nothing (DNS rebinding).
 * node:http does not call it for a host that is an address.
 */
export function publicLookup(resolve: Resolve = lookup): LookupFunction {
  return (hostname, { all }, done) => {
    resolve(hostname, { all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error !== null || first === undefined) return done(error ?? withCode('ENOTFOUND'), [], 0);
      if (!addresses.every(({ address }) => isPublicAddress(address))) return done(withCode(privateAddressCode), [], 0);
      return all === true ? done(null, addresses) : done(null, first.address, first.family);
    });
  };
}

function withCode(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(code), { code });
}
