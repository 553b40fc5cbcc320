import type { HeaderList } from '../../model/headers.ts';
import { canonicalBody, canonicalBodyText, type BodyRules } from '../../normalize/canonical.ts';

/** The body in its canonical form; see `canonicalBody` for what makes two bodies equal. */
export function bodyKey(headers: HeaderList, body: Uint8Array, rules: BodyRules): string {
  return canonicalBodyText(canonicalBody(headers, body, rules));
}
