/** Gemini, Vertex, Bedrock and Azure OpenAI name the model in the URL. */
export function modelOfUrl(url: string): string | undefined {
  // The Realtime API names it in the query.
  if (/\/realtime\?/.test(url)) return URL.parse(url)?.searchParams.get('model') ?? undefined;
  const segment = /^[^?#]*\/(?:models|model|deployments)\/([^/?#]+)/.exec(url)?.[1];
  if (segment === undefined) return undefined;
  let model = segment;
  try {
    model = decodeURIComponent(segment);
  } catch {
    // A stray percent sign: shown as it is.
  }
  // `:generateContent` is an action, the `:0` of Bedrock's models a version.
  return model.replace(/:[a-zA-Z]+$/, '');
}
