/** `fetch` upper-cases only some methods, other clients none; no server of ours tells `patch` from `PATCH`. */
export function methodKey(method: string): string {
  return method.toUpperCase();
}
