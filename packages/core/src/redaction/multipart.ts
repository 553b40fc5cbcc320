import { isUtf8 } from 'node:buffer';
import { isPlaceholder, placeholder } from './placeholder.ts';
import { redactText, type TextRules, untilStable } from './text-scanner.ts';

/**
 * A multipart body (RFC 2046) part by part: text parts and part headers (file names) by all rules, and whole where the part's name says
 * that it is secret; binary parts only by known values. Boundaries stay.
 */
export function redactMultipart(text: string, contentType: string, rules: TextRules): string {
  const parameter = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType);
  const boundary = parameter?.[1] ?? parameter?.[2];
  if (boundary === undefined) return redactPart(text, rules);
  const delimiter = `--${boundary}`;
  return text
    .split(delimiter)
    .map((part) => untilStable(part, (current) => redactPart(current, rules)))
    .join(delimiter);
}

function redactPart(part: string, rules: TextRules): string {
  const separator = part.indexOf('\r\n\r\n');
  if (separator === -1) return redactAny(part, rules);
  const head = part.slice(0, separator);
  const content = part.slice(separator + 4);
  const end = content.endsWith('\r\n') ? content.length - 2 : content.length;
  const name = /^content-disposition:[^\r\n]*;\s*name="([^"\r\n]{1,100})"/im.exec(head)?.[1];
  const verdict = name === undefined ? undefined : rules.names.judge(name);
  const value = content.slice(0, end);
  const isSecret = verdict !== undefined && verdict.certainty !== 'faint' && end > 0 && !isPlaceholder(value);
  const redacted = isSecret ? placeholder(verdict.ruleId) + content.slice(end) : redactAny(content, rules);
  return `${redactAny(head, rules)}\r\n\r\n${redacted}`;
}

function redactAny(text: string, rules: TextRules): string {
  return redactText(text, rules, { isBytes: true, isBinary: !isUtf8(Buffer.from(text, 'latin1')) });
}
