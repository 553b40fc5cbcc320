/** All members of a stream, in order. */
export async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const members: T[] = [];
  for await (const member of stream) members.push(member);
  return members;
}
