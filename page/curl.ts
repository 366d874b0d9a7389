// Writes a command for curl.

/** The command for a POSIX shell. `-g`: without it, curl takes brackets and braces for patterns. */
export function curlCommand(address: string): string {
  const pattern = /[[\]{}]/.test(address) ? '-g ' : '';
  return `curl ${pattern}'${address.replaceAll("'", "'\\''")}'`;
}
