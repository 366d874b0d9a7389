// What was typed or stands in the fragment: a key, an address of this service, a credential.
import { type Credential, encode } from './sign';

/** An object to be asked for; `query` is not null where it was given signed, and then cannot be another. */
export type Target = Readonly<{ key: string; path: string; query: string | null }>;

/** Why a text is none, to be shown. */
export type Refused = Readonly<{ refused: string }>;

/** Query parameters that may stand in an address and mean nothing but the operation. */
const operation = /^(exif(%2f|\/|$)|imageInfo$|x-oss-process=|x-image-process=)/i;

/** The object that `text` names; `base` is where the page is, which ends in a slash. */
export function readTarget(text: string, base: string): Target | Refused {
  const typed = text.trim();
  if (typed === '') return { refused: 'Type the key of an object first.' };
  return /^https?:\/\//i.test(typed) ? readAddress(typed, base) : toTarget(text.replace(/^\//, ''), base);
}

function readAddress(text: string, base: string): Target | Refused {
  if (!URL.canParse(text)) return { refused: 'This is no address that a browser can read.' };
  const { origin, pathname, search } = new URL(text);
  const home = new URL(base);
  if (origin !== home.origin || !pathname.startsWith(home.pathname)) {
    return { refused: `This page may ask only ${home.origin}: download the picture and open it as a file.` };
  }
  const parameters = search
    .slice(1)
    .split('&')
    .filter((part) => part !== '');
  const key = decodeKey(pathname.slice(home.pathname.length));
  if (key === null) return { refused: 'The path of this address is no UTF-8.' };
  if (key === '') return { refused: 'This address names no object: the key is what stands behind the host.' };
  const isPlain = parameters.every((part) => operation.test(part));
  return isPlain ? toTarget(key, base) : { key, path: pathname, query: search.slice(1) };
}

/** What is typed for a key: one slash in front is not part of it, so what begins with one or looks like an address gets it. */
export function toTyped(key: string): string {
  return /^(\/|\s*$|\s*https?:\/\/)/i.test(key) ? `/${key}` : key;
}

/** A browser takes `.` and `..` out of every path, also percent-encoded: it would ask for another object. */
function toTarget(key: string, base: string): Target | Refused {
  if (!key.isWellFormed()) return { refused: 'This key has half a character in it.' };
  const path = `${new URL(base).pathname}${encodeKey(key)}`;
  const sent = new URL(new URL(base).origin + path).pathname;
  if (sent !== path)
    return { refused: 'A browser cannot ask for a key with . or .. between slashes. Use curl --path-as-is.' };
  return { key, path, query: null };
}

/** A key as a path, without its first slash. */
export function encodeKey(key: string): string {
  return key.split('/').map(encode).join('/');
}

function decodeKey(path: string): string | null {
  try {
    return decodeURIComponent(path);
  } catch {
    return null;
  }
}

/** Keys that a fragment may offer. */
const mostSamples = 24;

/** What a fragment says. `samples` are keys to offer, which the service does not list where they are private. */
export type Fragment = Readonly<{ credential: Credential | null; key: string | null; samples: readonly string[] }>;

/** What a fragment says: `#id=..&secret=..&key=..&sample=..`, all of them optional, `sample` also several times. */
export function readFragment(fragment: string): Fragment {
  const members = new URLSearchParams(fragment.replace(/^#/, ''));
  const id = members.get('id');
  const secret = members.get('secret');
  const samples = members.getAll('sample').filter((name) => name !== '');
  return {
    credential: id && secret ? { id, secret } : null,
    key: members.get('key') || null,
    samples: samples.slice(0, mostSamples),
  };
}

/** `fragment` without its keys: what else stands in it stays as it is. */
export function withoutKey(fragment: string): string {
  const parts = fragment.replace(/^#/, '').split('&');
  const rest = parts.filter((part) => !new URLSearchParams(part).has('key')).join('&');
  return rest === '' ? '' : `#${rest}`;
}

/** The fragment that leads to a key; nothing secret is in it. */
export function toFragment(key: string): string {
  return `#key=${encodeKey(key)}`;
}
