/** How long svix waits before each attempt: 8 attempts over 27 h 35 min (svix's documentation). */
const svixDelaysMs = [0, 5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 36_000_000];

/** The schedule by default: svix's, a thousand times faster, so 8 attempts over 99 seconds. */
export const defaultRetryDelaysMs: readonly number[] = svixDelaysMs.map((delay) => delay / 1000);
