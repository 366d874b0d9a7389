import { join } from 'node:path';
import { watchedChild } from '../../check/hostile/watched-child';

const program = (name: string) => join(__dirname, 'children', name);

test('an endless loop is reported, and the next input gets a new child process', async () => {
  const child = watchedChild(program('hang.cjs'), 300);
  try {
    await expect(child.ask({ memory: true })).resolves.toEqual({ failed: expect.stringContaining('endless loop') });
    await expect(child.ask({ memory: true })).resolves.toEqual({ failed: expect.stringContaining('endless loop') });
  } finally {
    child.end();
  }
});

test('a crash is reported with its exit code, and the next question gets a new child', async () => {
  const child = watchedChild(program('crash.cjs'), 5000);
  try {
    await expect(child.ask({ memory: true })).resolves.toEqual({ answer: { rss: 1 } });
    await expect(child.ask({ memory: true })).resolves.toEqual({ failed: 'the process ended with 7' });
    await expect(child.ask({ memory: true })).resolves.toEqual({ answer: { rss: 1 } });
  } finally {
    child.end();
  }
});
