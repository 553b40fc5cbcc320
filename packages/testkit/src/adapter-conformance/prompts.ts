/** The prompts on a cassette, in their order. */
export function promptsOf(tape: string): string[] {
  return tape
    .split('\n')
    .filter((line) => line.startsWith('{"request"'))
    .map(
      (line) => (JSON.parse(line) as { json: { messages: { content: string }[] } }).json.messages[0]!.content,
    );
}
