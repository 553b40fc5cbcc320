// Any program: it reads the variable of an SDK, and knows nothing of Reel.
async function ask() {
  const response = await fetch(`${process.env.OPENAI_BASE_URL}/models/gpt-4.1-mini`);
  if (!response.ok) throw new Error(await response.text());
  console.log((await response.json()).id);
}
ask().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
