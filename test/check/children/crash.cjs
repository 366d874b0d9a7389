// A child that answers its first message and dies of the second.
let count = 0;
process.on('message', () => {
  if (count++ > 0) process.exit(7);
  process.send({ rss: 1 });
});
