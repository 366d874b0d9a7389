import { type Chain, type Cloud, credentialSource } from '../../../lib/s3/credentials';
import type { Env } from '../../../lib/types';

const aws = { AWS_ACCESS_KEY_ID: 'A', AWS_SECRET_ACCESS_KEY: 'AS' };
const awsRole = { ...aws, AWS_SESSION_TOKEN: 'AT' };
const tencent = { TENCENTCLOUD_SECRETID: 'T', TENCENTCLOUD_SECRETKEY: 'TS' };
const tencentRole = { ...tencent, TENCENTCLOUD_SESSIONTOKEN: 'TT' };
const own = { TENCENTCLOUD_SECRET_ID: 'O', TENCENTCLOUD_SECRET_KEY: 'OS' };
const ownTemporary = { ...own, TENCENTCLOUD_SECURITY_TOKEN: 'OT' };
const chain = async (): Promise<Chain> => async () => ({ accessKeyId: 'C', secretAccessKey: 'CS' });

describe('credentials', () => {
  test.each<[string, Cloud, Env, string, string | null]>([
    ['its own', 'aws', aws, 'A', null],
    ['its role', 'aws', { ...awsRole, ...tencentRole }, 'A', 'AT'],
    ['the chain, not the other cloud’s', 'aws', tencent, 'C', null],
    ['the chain, empty variables being none', 'aws', { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' }, 'C', null],
    ['its own first', 'tencent', { ...awsRole, ...tencentRole }, 'T', 'TT'],
    ['permanent AWS-named ones', 'tencent', aws, 'A', null],
    ['what somebody set, not the role', 'tencent', { ...tencentRole, ...own }, 'O', null],
    ['what somebody set, with its token', 'tencent', { ...tencentRole, ...ownTemporary, ...awsRole }, 'O', 'OT'],
    ['the token as the SDK names it', 'tencent', { ...own, TENCENTCLOUD_SESSION_TOKEN: 'OT' }, 'O', 'OT'],
    ['no token of another pair', 'tencent', { ...tencent, TENCENTCLOUD_SECURITY_TOKEN: 'OT' }, 'T', null],
    ['nor the other way round', 'tencent', { ...own, TENCENTCLOUD_SESSIONTOKEN: 'TT' }, 'O', null],
    [
      'empty ones are none',
      'tencent',
      { ...tencent, TENCENTCLOUD_SECRET_ID: '', TENCENTCLOUD_SECRET_KEY: '' },
      'T',
      null,
    ],
    ['what somebody set', 'other', ownTemporary, 'O', 'OT'],
    ['the chain, not those', 'aws', ownTemporary, 'C', null],
    ['AWS-named ones', 'other', { ...aws, ...tencent }, 'A', null],
    ['TENCENTCLOUD ones', 'other', tencentRole, 'T', 'TT'],
    ['the chain', 'other', {}, 'C', null],
  ])('%s for %s', async (_, cloud, env, accessKeyId, sessionToken) => {
    const found = await credentialSource(env, cloud, chain)();
    expect(found).toEqual({ accessKeyId, secretAccessKey: `${accessKeyId}S`, sessionToken });
  });

  test.each<[string, Cloud, Env, RegExp]>([
    ['nothing for COS', 'tencent', {}, /set TENCENTCLOUD_SECRETID and TENCENTCLOUD_SECRETKEY, or add credentials=none/],
    ['only a Lambda role for COS', 'tencent', awsRole, /set TENCENTCLOUD_SECRETID/],
    ['half a pair', 'aws', { AWS_ACCESS_KEY_ID: 'A' }, /AWS_SECRET_ACCESS_KEY is not set/],
    [
      'halves of two pairs',
      'tencent',
      { TENCENTCLOUD_SECRET_ID: 'O', TENCENTCLOUD_SECRETKEY: 'TS' },
      /TENCENTCLOUD_SECRET_KEY is not set/,
    ],
    [
      'the other halves',
      'tencent',
      { TENCENTCLOUD_SECRETID: 'T', TENCENTCLOUD_SECRET_KEY: 'TS' },
      /SECRET_ID is not set/,
    ],
    ['the other half', 'tencent', { TENCENTCLOUD_SECRETKEY: 'TS' }, /TENCENTCLOUD_SECRETID is not set/],
  ])('%s is our fault', async (_, cloud, env, message) => {
    const work = (async () => credentialSource(env, cloud, chain)())();
    await expect(work).rejects.toMatchObject({ code: 'BucketMisconfigured', message: expect.stringMatching(message) });
    await expect(work).rejects.not.toThrow(/TS|AS/);
  });

  test('are read again at each call', async () => {
    const env: Record<string, string> = { ...awsRole };
    const source = credentialSource(env, 'aws', chain);
    expect((await source()).sessionToken).toBe('AT');
    env.AWS_SESSION_TOKEN = 'AT2';
    expect((await source()).sessionToken).toBe('AT2');
  });

  test('the chain is loaded when first needed, once, and again after it failed', async () => {
    let loads = 0;
    let works = false;
    const source = credentialSource({}, 'aws', async () => {
      loads++;
      return async () => {
        if (!works) throw Object.assign(new Error('file /secret/AS'), { name: 'ChainError' });
        return { accessKeyId: 'C', secretAccessKey: 'CS', sessionToken: 'CT' };
      };
    });
    expect(loads).toBe(0);
    await expect(source()).rejects.toThrow(/: set AWS_ACCESS_KEY_ID and .*ChainError/);
    await expect(source()).rejects.not.toThrow(/secret\/AS/);
    works = true;
    expect(await source()).toEqual({ accessKeyId: 'C', secretAccessKey: 'CS', sessionToken: 'CT' });
    await source();
    expect(loads).toBe(3);
  });
});
