// The function that does nothing: what any function takes. Never deployed.

/** A Lambda function with a Function URL. */
export async function handler(): Promise<Readonly<{ statusCode: number }>> {
  return { statusCode: 200 };
}
