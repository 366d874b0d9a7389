// Begins an input as a fuzzing process does, and then ends, hangs or is done, as the seed says.
const { writeFileSync } = require('node:fs');

const { lastInput, seed } = JSON.parse(process.argv[2]);
const bytes = Buffer.alloc(19);
bytes.writeDoubleBE(7);
bytes.writeUInt32BE(1, 8);
bytes.writeUInt32BE(3, 12);
bytes.write('bad', 16);
writeFileSync(lastInput, bytes);
if (seed === 1) process.exit(9);
if (seed === 2) for (;;);
process.send({ done: true, branches: 1, targets: [], findings: [], cpuSeconds: 2 }, () => process.disconnect());
