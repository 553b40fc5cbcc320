/** Time limit in milliseconds for a number of runner starts, on a slow and busy machine. */
export function startTime(starts: number): number {
  return 30_000 * starts;
}
