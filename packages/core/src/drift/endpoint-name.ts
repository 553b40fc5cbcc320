const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Path segments after which a model's name follows, with or without the action behind its colon. */
const beforeModel = new Set(['models', 'model', 'deployments', 'tunedModels']);

/**
 * Method, host and path of a request, with ids and model names taken out of the path: what two recordings of the same call have in
 * common. `POST generativelanguage.googleapis.com/v1beta/models/{model}:generateContent`
 */
export function endpointName(method: string, url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null) return `${method} ${url.split('?', 1)[0]}`;
  const segments = parsed.pathname.split('/');
  const path = segments.map((segment, index) => {
    if (segment !== '' && beforeModel.has(segments[index - 1] ?? '')) {
      const action = segment.lastIndexOf(':');
      return action === -1 || /^:\d/.test(segment.slice(action))
        ? '{model}'
        : `{model}${segment.slice(action)}`;
    }
    return isId(segment) ? '{id}' : segment;
  });
  return `${method} ${parsed.host}${path.join('/')}`;
}

function isId(segment: string): boolean {
  // The name of a method: `google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent`.
  if (/^[a-z]+(?:\.[a-z]\w*){2,}$/i.test(segment)) return false;
  if (uuid.test(segment) || /^\d{4,}$/.test(segment)) return true;
  return (
    segment.length >= 10 && /\d/.test(segment) && /[A-Za-z]/.test(segment) && /[A-Za-z\d]{8,}/.test(segment)
  );
}
