/** How a response header that differs at each call becomes stable. Its name, place and spelling stay. */
export type HeaderRule =
  /** Names this answer: replaced as ids in bodies are, and with the same value where a body repeats it. */
  | 'id'
  /** Rewritten on its own. */
  | ((value: string) => string);

/** What becomes of a response header, by its name as it was written. */
export interface HeaderTreatment {
  readonly lowerCaseName: string;
  /** `undefined` for one that is left alone. */
  readonly rule: HeaderRule | undefined;
}

/** Servers have some dozen names, but a name may come from anywhere. */
const mostRemembered = 512;
const remembered = new Map<string, HeaderTreatment>();

/**
 * What becomes of a response header. Not volatile, because a client acts on them: `retry-after` and its kin, `x-should-retry`, rate
 * limits themselves (`-limit`), `etag`, `location`.
 */
export function treatmentOf(name: string): HeaderTreatment {
  let treatment = remembered.get(name);
  if (treatment === undefined) {
    if (remembered.size === mostRemembered) remembered.clear();
    const lowerCaseName = name.toLowerCase();
    treatment = { lowerCaseName, rule: volatileHeader(lowerCaseName) };
    remembered.set(name, treatment);
  }
  return treatment;
}

function volatileHeader(name: string): HeaderRule | undefined {
  const rule = exact.get(name);
  if (rule !== undefined) return rule;
  for (const [pattern, patternRule] of patterns) if (pattern.test(name)) return patternRule;
  return undefined;
}

const epochDate = 'Thu, 01 Jan 1970 00:00:00 GMT';
const constant = (value: string) => () => value;
/** Anything that is not a number keeps its meaning: only figures are volatile. */
const zeroNumber = (value: string) => (/^\d+(?:\.\d+)?$/.test(value) ? '0' : value);
const httpDate = (value: string) => (/^\w{3}, \d{2} \w{3} \d{4} /.test(value) ? epochDate : value);

/** A counter that ran out is why a request was refused; any other count only tells what else the account did that minute. */
const remaining = (value: string) => (/^\d+(?:\.\d+)?$/.test(value) && Number(value) > 0 ? '1000' : value);

/** Times until a limit is renewed: `6ms`, `15m50.4s`, seconds, Unix times, ISO times. The past: there is nothing to wait for. */
const reset = (value: string) => {
  if (/^\d{4}-\d{2}-\d{2}T/.test(value)) return '1970-01-01T00:00:00Z';
  return /^(?:\d+(?:\.\d+)?(?:ms|[smhd]))+$/.test(value) ? '0s' : zeroNumber(value);
};

/** Cloudflare's cookies against bots: the value and the end of their life. Other cookies may be the application's. */
const cookie = (value: string) =>
  /^(?:__cf_bm|_cfuvid|__cflb|__cfruid|cf_clearance)=/.test(value)
    ? value
        .replace(/^([^=]+)=(?!\[redacted)[^;]*/, '$1=0')
        .replace(/(;\s*expires=)[^;]*/i, `$1${farFutureDate}`)
    : value;

/** Not the epoch: a cookie jar would drop the cookie. */
const farFutureDate = 'Fri, 31 Dec 9999 23:59:59 GMT';

/** W3C trace context of nothing in particular: readers check the form. */
const emptyTrace = '00-00000000000000000000000000000001-0000000000000001-00';

const exact: ReadonlyMap<string, HeaderRule> = new Map<string, HeaderRule>([
  ['date', httpDate],
  ['expires', httpDate],
  ['age', zeroNumber],
  ['source-age', zeroNumber],
  ['set-cookie', cookie],
  ['cf-ray', 'id'],
  ['cf-cache-status', constant('DYNAMIC')],
  ['request-id', 'id'],
  ['requestid', 'id'],
  ['x-requestid', 'id'],
  ['x-amzn-requestid', 'id'],
  ['x-amz-cf-id', 'id'],
  ['x-amz-id-2', 'id'],
  ['x-amz-cf-pop', constant('reel')],
  ['x-served-by', constant('reel')],
  ['x-hostname', constant('reel')],
  ['x-proxied-host', constant('reel')],
  ['x-groq-region', constant('reel')],
  ['x-timer', constant('S0.0,VS0,VE0')],
  ['traceparent', constant(emptyTrace)],
  ['traceresponse', constant(emptyTrace)],
  ['x-cloud-trace-context', 'id'],
  ['x-guploader-uploadid', 'id'],
  ['azureml-model-session', 'id'],
  // `gfet4t7; dur=395`, `request_id;dur=0;desc="<uuid>"`: which metric is stable, what it says is not.
  [
    'server-timing',
    (value) => value.replace(/(dur=)[\d.]+/g, '$10').replace(/(desc=")[0-9a-f-]{36}(?=")/g, '$10'),
  ],
  // The address carries a random `s=`.
  ['report-to', (value) => value.replace(/([?&]s=)[^"&]*/g, '$10')],
  // OpenAI names the pod of its router (`envoy-router-canary-789955d6b7-jsvgq`), CloudFront the machine.
  [
    'via',
    (value) =>
      value
        .replace(/\benvoy-router[\w-]*/g, 'envoy-router')
        .replace(/\b[0-9a-f]{32}(?=\.cloudfront\.net)/g, 'reel'),
  ],
  ['x-envoy-upstream-service-time', zeroNumber],
  ['x-api-call-start', constant('1970-01-01T00:00:00Z')],
  ['x-api-call-end', constant('1970-01-01T00:00:00Z')],
  ['x-api-received', constant('1970-01-01T00:00:00Z')],
]);

/** Rate limits come under many names: `x-ratelimit-*`, `anthropic-ratelimit-*`, `ratelimit-*`, `x-*-ratelimit-*`. */
const patterns: readonly (readonly [RegExp, HeaderRule])[] = [
  [/^(?:.*-)?rate-?limit(?:bysize)?-.*remaining/, remaining],
  [/^(?:.*-)?rate-?limit(?:bysize)?-.*reset/, reset],
  [/call-remaining$/, remaining],
  // The draft standard puts both in one header: `"api";r=999;t=295`.
  [/^(?:x-)?ratelimit$/, (value) => value.replace(/(;\s*[rt]=)\d+/g, '$10')],
  [/-(?:request|trace|correlation|generation|inference|auditlog|activity|search|session)-?id$/, 'id'],
  [/^(?:inference|generation|correlation|trace)-id$/, 'id'],
  [/^x-goog-upload-header-x-google-/, constant('0')],
  [/-(?:processing-ms|latency|latency-ms|time-ms|duration|duration-ms)$/, zeroNumber],
  [
    /^x-(?:compute|total|queue|validation|inference|response|process|processing)-time$|^x-time-per-token$/,
    zeroNumber,
  ],
];
