import type { HeaderList } from '../model/headers.ts';
import type { FieldNames } from './field-names.ts';
import { memoize } from './memoize.ts';
import { isPlaceholder, placeholder } from './placeholder.ts';

/**
 * Request headers that are stored: they say what is asked for, and not by whom or from which machine. User agent, `x-stainless-*`, trace
 * and tenant headers differ from machine to machine; `content-length` follows from the body, which redaction may change.
 */
const storedRequestHeaders: ReadonlySet<string> = new Set(
  `
    accept content-type content-encoding range prefer x-http-method-override anthropic-version
    anthropic-beta anthropic-dangerous-direct-browser-access openai-beta x-goog-fieldmask
    x-goog-upload-protocol x-goog-upload-command x-goog-upload-offset
    x-goog-upload-header-content-type x-goog-upload-header-content-length x-amz-target
    x-amzn-bedrock-accept x-amzn-bedrock-performanceconfig-latency api-version x-ms-version
    notion-version x-github-api-version mcp-protocol-version sec-websocket-protocol upgrade
  `
    .trim()
    .split(/\s+/),
);

/** Headers that authenticate. Even when a user stores one of them, only the fact that it was there is stored. */
const credentialHeader =
  /^(?:authorization|proxy-authorization|authentication-info|proxy-authentication-info|cookie|cookie2|dpop|x-amz-security-token|ocp-apim-subscription-key|xi-api-key|x-amz-content-sha256|x-goog-iam-authorization-token)$|(?:^|[-_])(?:api[-_]?key|auth[-_]?key|access[-_]?key|token|secret|password|credentials?|signature|jwt)$/;

/** Response headers that tell whose account it is. The name stays, the value goes. */
const accountHeader =
  /^(?:openai-(?:organization|project)|anthropic-organization-id|x-goog-user-project|x-guploader-uploadid|x-ms-client-principal.*|nel|report-to)$|(?:^|-)(?:organization|org|account|project|tenant|workspace|subscription|customer|user|session|team|principal)(?:-(?:id|name|slug|key|email))?$/;

/** Response headers that hold a URL, which may be a signed one. */
const urlHeader =
  /^(?:location|content-location|x-goog-upload-url|x-goog-upload-control-url|operation-location|azure-asyncoperation|refresh|link)$/;

export interface HeaderRules {
  /** In lower case, like {@link HeaderRules.deny}. */
  readonly allow: ReadonlySet<string>;
  readonly deny: ReadonlySet<string>;
  readonly names: FieldNames;
  redactText(text: string): string;
  redactUrl(url: string): string;
}

/** What happens to a header, by its name alone. */
type Treatment = 'drop' | 'text' | 'url' | 'set-cookie' | 'subprotocols' | { readonly replacement: string };

export interface HeaderRedactor {
  /** Headers to store. Those that authenticate are left out whole, so a tape does not depend on how a client authenticates. */
  request(headers: HeaderList): HeaderList;
  /** Headers to store: all of them, since clients read them. Values that identify or authenticate become placeholders. */
  response(headers: HeaderList): HeaderList;
}

export function createHeaderRedactor(rules: HeaderRules): HeaderRedactor {
  const ofRequest = memoize(256, (name) => treatRequestHeader(name.toLowerCase(), rules));
  const ofResponse = memoize(256, (name) => treatResponseHeader(name.toLowerCase(), rules));
  return {
    request: (headers) => redactHeaders(headers, ofRequest, rules),
    response: (headers) => redactHeaders(headers, ofResponse, rules),
  };
}

function treatRequestHeader(name: string, { allow, deny }: HeaderRules): Treatment {
  if (deny.has(name)) return 'drop';
  if (allow.has(name)) return credentialHeader.test(name) ? credential(name) : 'text';
  if (name === 'sec-websocket-protocol') return 'subprotocols';
  return storedRequestHeaders.has(name) ? 'text' : 'drop';
}

function treatResponseHeader(name: string, { allow, deny, names }: HeaderRules): Treatment {
  if (name === 'set-cookie') return 'set-cookie';
  if (deny.has(name)) return { replacement: placeholder('header') };
  if (!allow.has(name)) {
    if (credentialHeader.test(name) || names.judge(name)?.certainty === 'certain') return credential(name);
    if (accountHeader.test(name)) return { replacement: placeholder('account') };
  }
  return urlHeader.test(name) ? 'url' : 'text';
}

function credential(name: string): Treatment {
  return { replacement: placeholder(name.endsWith('cookie') ? 'cookie' : 'credential-header') };
}

function redactHeaders(
  headers: HeaderList,
  treatmentOf: (name: string) => Treatment,
  rules: HeaderRules,
): HeaderList {
  let kept: (readonly [string, string])[] | undefined;
  for (let index = 0; index < headers.length; index += 1) {
    const header = headers[index]!;
    const value = redactValue(header[1], treatmentOf(header[0]), rules);
    if (value === header[1]) {
      kept?.push(header);
      continue;
    }
    kept ??= headers.slice(0, index);
    if (value !== undefined) kept.push([header[0], value]);
  }
  return kept ?? headers;
}

function redactValue(value: string, treatment: Treatment, rules: HeaderRules): string | undefined {
  switch (treatment) {
    case 'drop':
      return undefined;
    case 'text':
      return rules.redactText(value);
    case 'url':
      return redactUrls(value, rules);
    case 'set-cookie':
      return redactSetCookie(value);
    case 'subprotocols':
      return rules.redactText(redactSubprotocols(value));
    default:
      return value === '' || isPlaceholder(value) ? value : treatment.replacement;
  }
}

/**
 * Browsers cannot set headers for a WebSocket, so keys travel as a subprotocol: OpenAI's `openai-insecure-api-key.<key>`, Kubernetes'
 * `base64url.bearer.authorization.k8s.io.<token>`. The name stays, what follows it goes.
 */
function redactSubprotocols(value: string): string {
  return value.replaceAll(
    /((?:^|[\s,])[\w.-]*?(?:api-key|access-token|token|bearer(?:\.authorization\.k8s\.io)?|authorization))\.([^\s,]+)/gi,
    (whole, name: string, secret: string) =>
      isPlaceholder(secret) ? whole : `${name}.${placeholder('credential-header')}`,
  );
}

/** Name and attributes stay, so a cookie jar behaves as it did; the value goes. */
function redactSetCookie(value: string): string {
  const end = value.indexOf(';');
  const pair = end === -1 ? value : value.slice(0, end);
  const equals = pair.indexOf('=');
  const cookie = pair.slice(equals + 1).trim();
  if (cookie === '' || isPlaceholder(cookie)) return value;
  return `${pair.slice(0, equals + 1)}${placeholder('cookie')}${end === -1 ? '' : value.slice(end)}`;
}

/** A `link` header has several URLs in angle brackets; the others are one URL. */
function redactUrls(value: string, rules: HeaderRules): string {
  if (value.includes('<'))
    return value.replaceAll(/<([^<>]*)>/g, (_, url: string) => `<${rules.redactUrl(url)}>`);
  return rules.redactUrl(value);
}
