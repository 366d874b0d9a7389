// A function that does nothing, to measure the time that every function takes. Never deployed.

/** A Lambda function with a Function URL. */
export async function handler(): Promise<Readonly<{ statusCode: number }>> {
  return { statusCode: 200 };
}
