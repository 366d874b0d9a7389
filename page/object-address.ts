// Reads the text that the user typed, and the fragment of the address: a key, an address of this service, a credential.
import { type Credential, percentEncode } from './sign';

/** An object to request; `query` is not null when the address was signed, and then cannot be changed. */
export type Target = Readonly<{ key: string; path: string; query: string | null }>;

/** Why a text does not name an object, to be shown. */
export type TargetProblem = Readonly<{ refused: string }>;

/** Query parameters of an address that only name the operation. */
const operation = /^((exif|metadata)(%2f|\/|$)|imageInfo$|x-oss-process=|x-image-process=)/i;

/** The object that `text` names; `base` is the address of the page and ends in a slash. */
export function readTarget(text: string, base: string): Target | TargetProblem {
  const typed = text.trim();
  if (typed === '') return { refused: 'Type the key of an object first.' };
  return /^https?:\/\//i.test(typed) ? readAddress(typed, base) : toTarget(text.replace(/^\//, ''), base);
}

function readAddress(text: string, base: string): Target | TargetProblem {
  if (!URL.canParse(text)) return { refused: 'This is not a valid address.' };
  const { origin, pathname, search } = new URL(text);
  const home = new URL(base);
  if (origin !== home.origin || !pathname.startsWith(home.pathname)) {
    return {
      refused: `This page can request pictures only from ${home.origin}: download the picture and open it as a file.`,
    };
  }
  const parameters = search
    .slice(1)
    .split('&')
    .filter((part) => part !== '');
  const key = decodeKey(pathname.slice(home.pathname.length));
  if (key === null) return { refused: 'The path of this address is not percent-encoded UTF-8.' };
  if (key === '') return { refused: 'This address has no object key. The key is the path after the host name.' };
  const isPlain = parameters.every((part) => operation.test(part));
  return isPlain ? toTarget(key, base) : { key, path: pathname, query: search.slice(1) };
}

/**
 * The text to type for a key. In the field, a first slash is not part of the key. So a key that starts with a slash, or looks
 * like an address, gets another one.
 */
export function toTyped(key: string): string {
  return /^(\/|\s*$|\s*https?:\/\/)/i.test(key) ? `/${key}` : key;
}

/** A browser removes `.` and `..` from every path, also percent-encoded ones: it would request another object. */
function toTarget(key: string, base: string): Target | TargetProblem {
  if (!key.isWellFormed()) return { refused: 'This key contains half of a character (a lone surrogate).' };
  const path = `${new URL(base).pathname}${encodeKey(key)}`;
  const sent = new URL(new URL(base).origin + path).pathname;
  if (sent !== path)
    return { refused: 'A browser cannot request a key with . or .. between slashes. Use curl --path-as-is.' };
  return { key, path, query: null };
}

/** A key as a path, without its first slash. */
export function encodeKey(key: string): string {
  return key.split('/').map(percentEncode).join('/');
}

function decodeKey(path: string): string | null {
  try {
    return decodeURIComponent(path);
  } catch {
    return null;
  }
}

/** The most keys that a fragment may offer. */
const mostSamples = 24;

/** A parsed fragment. `samples` are keys to offer, which the service does not list when they are private. */
export type Fragment = Readonly<{ credential: Credential | null; key: string | null; samples: readonly string[] }>;

/** Parses a fragment: `#id=..&secret=..&key=..&sample=..`, all of them optional, `sample` also several times. */
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

/** `fragment` without its keys; its other members stay as they are. */
export function withoutKey(fragment: string): string {
  const parts = fragment.replace(/^#/, '').split('&');
  const rest = parts.filter((part) => !new URLSearchParams(part).has('key')).join('&');
  return rest === '' ? '' : `#${rest}`;
}

/** The fragment that names a key. It contains no secret. */
export function toFragment(key: string): string {
  return `#key=${encodeKey(key)}`;
}
