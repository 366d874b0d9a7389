// Lists a served folder for the page: GET /-/list/<folder>?list. Only `npm start` and `bucket-exif serve` have this path.
import type { Dirent } from 'node:fs';
import { opendir, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { authorize } from '../../lib/auth';
import type { PublicPart } from '../../lib/auth/public';
import { hostName, toObjectRef } from '../../lib/http/request';
import { type JobDeps, refuseJob } from '../../lib/job';
import { ProblemError } from '../../lib/problem';
import type { Answer, HttpRequest } from '../../lib/types';
import { type BucketPlace, bucketName } from '../../service/config/bucket-settings';
import type { Config } from '../../service/config/config';
import type { JobRunner } from '../../service/schedule';
import { isLoopback } from '../../service/server/local-names';
import { hasImageSuffix } from '../image-suffixes';
import type { LocalKey } from './local-key';
import { isOpenKey } from './open-places';

/** The folders and images directly in a folder, by name. `isCut`: the folder has more. */
type FolderList = Readonly<{ folders: readonly string[]; keys: readonly string[]; isCut: boolean }>;

/** The most entries of a folder that are read, and the most folders and images that are listed of them. */
const most = { read: 20_000, listed: 1_000 } as const;

/** The name of the operation, which a signature must cover. No object has this operation. */
const operation = 'list';
const start = `-/${operation}/`;
const empty: FolderList = { folders: [], keys: [], isCut: false };

/**
 * Whether lists are given: for a folder, with the page on, at an address that only this machine can reach. Who may read public
 * objects over the network need not know the names of all of them.
 */
export function canList({ page, fallback }: Config, address: string): boolean {
  return page && fallback?.location.kind === 'directory' && isLoopback(address);
}

/**
 * `run` with lists of the folder that is served. Without a signature a list has only the public images, and folders that may have
 * some; nothing shows whether there are others. A request that is signed with the key of this run gets all. Signatures of other
 * keys are refused, because policies are about objects.
 */
export function withFolderList(run: JobRunner, config: Config, deps: JobDeps, key: LocalKey | null): JobRunner {
  const { fallback } = config;
  if (fallback === null) return run;
  return async (job, budget) => {
    if (job.act !== 'answer' || !isListing(job.request)) return run(job, budget);
    try {
      const ref = toObjectRef(job.request, deps.routes);
      if (ref.bucketId !== fallback.text) return await run(job, budget);
      const mayList = await readerOf(job.request, ref, { config, deps, key, place: fallback });
      const folder = ref.key.slice(start.length);
      return { job, answer: toAnswer(await listFolder(fallback, folder, mayList)), error: null };
    } catch (error) {
      if (error instanceof ProblemError) return refuseJob(job, deps, error);
      throw error;
    }
  };
}

function isListing({ method, path, query }: HttpRequest): boolean {
  const [name, value] = query[0] ?? [];
  return method === 'GET' && path.startsWith(`/${start}`) && query.length === 1 && name === operation && !value;
}

/** What a caller may see: folders (which end in a slash) and keys. */
type MayList = Readonly<{ folder(path: string): boolean; key(key: string): boolean }>;

type Access = Readonly<{ config: Config; deps: JobDeps; key: LocalKey | null; place: BucketPlace }>;

/** Throws ProblemError for a signature that is wrong, or not of the key of this run. */
async function readerOf(
  request: HttpRequest,
  ref: ReturnType<typeof toObjectRef>,
  { config: { auth }, deps, key, place }: Access,
): Promise<MayList> {
  if (request.headers['authorization'] !== undefined && auth.callers !== 'platform') {
    const caller = await authorize({ request, ref, operation, host: hostName(request) }, deps.access, deps.now());
    if (key === null || caller?.keyId !== key.id)
      throw new ProblemError('PolicyDenied', 'Cannot list: only the key of this run may list all objects');
    return { folder: () => true, key: () => true };
  }
  const isOpen = isOpenKey(place, auth);
  const parts = auth.publicParts.filter(({ bucket }) => bucket === null || bucket === bucketName(place));
  return {
    folder: (path) => auth.callers === 'platform' || parts.some((part) => mayHave(part, path)),
    key: isOpen,
  };
}

/** Whether a folder may have an object of `part`: it leads to the part, or is inside it. */
function mayHave({ prefix, exact }: PublicPart, folder: string): boolean {
  return prefix.startsWith(folder) || (!exact && folder.startsWith(prefix));
}

/** The list of a folder, '' for the root; an empty list for one that does not exist, or that the caller may not see. */
async function listFolder({ location }: BucketPlace, folder: string, may: MayList): Promise<FolderList> {
  if (location.kind !== 'directory' || !isFolderKey(folder) || !may.folder(folder)) return empty;
  const path = await resolveFolder(location.path, folder);
  if (path === null) return empty;
  const found = { folders: [] as string[], keys: [] as string[], isCut: false };
  let count = 0;
  for await (const entry of await opendir(path)) {
    if (++count > most.read) break;
    const kind = kindOf(entry);
    if (kind === 'folder' && may.folder(`${folder}${entry.name}/`)) found.folders.push(`${entry.name}/`);
    if (kind === 'image' && may.key(`${folder}${entry.name}`)) found.keys.push(entry.name);
  }
  const cut = (names: string[]): string[] => names.sort().slice(0, most.listed);
  const isCut = count > most.read || Math.max(found.folders.length, found.keys.length) > most.listed;
  return { folders: cut(found.folders), keys: cut(found.keys), isCut };
}

/** Hidden files and links are left out. */
function kindOf(entry: Dirent): 'folder' | 'image' | null {
  if (entry.name.startsWith('.')) return null;
  if (entry.isDirectory()) return 'folder';
  return entry.isFile() && hasImageSuffix(entry.name) ? 'image' : null;
}

/** Each name is followed by a slash. A name that starts with a dot is a hidden folder, or leads up. */
function isFolderKey(folder: string): boolean {
  const names = folder.split('/');
  return names.pop() === '' && names.every((name) => name !== '' && !name.startsWith('.') && !/[\0\\]/.test(name));
}

/** The path of a folder below `root`; null when there is none, or when the way to it has a link or is spelled in another way. */
async function resolveFolder(root: string, folder: string): Promise<string | null> {
  try {
    const path = join(await realpath(root), ...folder.split('/').filter((name) => name !== ''));
    const real = await realpath(path + sep);
    return real === path ? path : null;
  } catch {
    return null;
  }
}

function toAnswer(list: FolderList): Answer {
  const body = JSON.stringify(list);
  const headers = {
    'content-type': 'application/json',
    'content-length': String(new TextEncoder().encode(body).length),
    'cache-control': 'no-store',
    'cross-origin-resource-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
  };
  return { status: 200, headers, body };
}
