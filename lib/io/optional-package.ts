// Packages that are not installed with this one, because few users need them: the AWS SDK and sharp. They are loaded on demand.

import { errorCode } from './error-code';

/**
 * For `import(name).catch(...)`: throws the error that `toError` makes of a text with the command that installs the package, if
 * the package is missing. Any other error is thrown as it is. `use` begins the text: `An AWS profile or role`.
 */
export function ifMissing(name: string, use: string, toError: (text: string) => Error): (error: unknown) => never {
  return (error) => {
    throw isMissing(error, name) ? toError(`${use} needs the package ${name}: npm install ${name}`) : error;
  };
}

/** Whether `name` itself was not found, and not a package that it needs. */
function isMissing(error: unknown, name: string): boolean {
  const isNotFound = ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'].includes(errorCode(error) ?? '');
  return isNotFound && String((error as Error).message).includes(`'${name}'`);
}
