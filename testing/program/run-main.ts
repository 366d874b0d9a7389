// How every program of bench/ ends.

/** Runs `main` over the command line; its result is the exit code, an error is printed and is 1. */
export function runMain(main: (args: readonly string[]) => Promise<number>): void {
  main(process.argv.slice(2)).then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      console.error(error);
      process.exitCode = 1;
    },
  );
}
