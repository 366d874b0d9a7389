// A child that never answers: what an endless loop looks like from outside.
process.on('message', () => {
  for (;;);
});
