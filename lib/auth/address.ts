// Addresses of callers, and the blocks of them that a policy names.

import { BlockList, isIP, isIPv4, SocketAddress } from 'node:net';
import { policyInvalid, quoteShort } from './policy-element';

/** Blocks by family: one list for both would find an IPv4 address inside `::/0`. */
type Blocks = Readonly<Record<Family, BlockList>>;

type Family = 'ipv4' | 'ipv6';
type Address = Readonly<{ family: Family; text: string }>;

/**
 * Reads addresses and CIDR blocks. Bits after the prefix are ignored (Tencent's own examples set them). Returns a function
 * that says whether an address is in one of them; null for a text that is not an address. Throws ProblemError ConfigInvalid.
 */
export function parseBlocks(where: string, values: readonly string[]): (address: string | null) => boolean | null {
  const blocks: Blocks = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const value of values) addBlock(where, value, blocks);
  return (text) => {
    const address = text === null ? null : parseAddress(text);
    return address === null ? null : blocks[address.family].check(address.text, address.family);
  };
}

function addBlock(where: string, value: string, blocks: Blocks): void {
  const slash = value.indexOf('/');
  const text = slash < 0 ? value : value.slice(0, slash);
  const address = parseAddress(text);
  if (address === null) throw policyInvalid(where, `${quoteShort(value)} is not an IP address or a CIDR block`);
  if (address.family === 'ipv4' && text.includes(':')) throw policyInvalid(where, `write ${quoteShort(value)} as IPv4`);
  const bits = address.family === 'ipv4' ? 32 : 128;
  const prefix = slash < 0 ? String(bits) : value.slice(slash + 1);
  if (!/^(?:0|[1-9][0-9]{0,2})$/.test(prefix) || Number(prefix) > bits) {
    throw policyInvalid(where, `${quoteShort(value)} needs a prefix of 0 to ${bits} bits after the slash`);
  }
  blocks[address.family].addSubnet(address.text, Number(prefix), address.family);
}

/** An IPv4 address that came over an IPv6 socket (`::ffff:1.2.3.4`, in any spelling) is the IPv4 address. */
function parseAddress(text: string): Address | null {
  const version = isIP(text);
  // A zone (`fe80::1%eth0`) has a meaning on one machine only.
  if (version === 0 || text.includes('%')) return null;
  if (version === 4) return { family: 'ipv4', text };
  const { address } = new SocketAddress({ address: text, family: 'ipv6' });
  const mapped = address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : '';
  return isIPv4(mapped) ? { family: 'ipv4', text: mapped } : { family: 'ipv6', text: address };
}
