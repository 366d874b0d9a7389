// V8 accepts compiled code only with the flags with which it was made. So with flags for the heap, as on Lambda and often in
// NODE_OPTIONS, it would compile the modules of Node again, and our code: node:http alone would take 14 ms, not 4. V8 reads these
// flags when the process starts. Taking them back later leaves the heap as it is, and the compiled code is accepted.
// A worker thread that starts later has no limit: our code starts none. This comes first in each entry point of a deployment
// (deploy/artifact). It is a script, not a module, so that nothing is loaded before it.

const given = [...process.execArgv, ...(process.env['NODE_OPTIONS'] ?? '').split(/\s+/)];
const back = given.flatMap((text) => {
  const size = /^--max[-_](?:(?:old|semi)[-_]space|heap)[-_]size/.exec(text);
  if (size !== null) return `${size[0]}=0`;
  return /^--expose[-_]gc$/.test(text) ? '--no-expose-gc' : [];
});
if (back.length > 0) {
  const { setFlagsFromString } = require('node:v8') as typeof import('node:v8');
  for (const flag of back) setFlagsFromString(flag);
}
