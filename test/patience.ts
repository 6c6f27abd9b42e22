/**
 * How long a test waits for something that has to come. Only a test that fails waits that long, so it is far above what a
 * slow machine with other work needs: a published gateway was seen to take more than 90 s to answer.
 */
export const PATIENCE_MS = 240_000;
