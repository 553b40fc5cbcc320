# An unmodified Python client of the Realtime API: asks one question, prints the answer.
import asyncio, json, os, websockets

async def main():
    headers = {"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]}
    url = os.environ["OPENAI_BASE_URL"].replace("http", "ws", 1) + "/realtime?model=gpt-realtime"
    async with websockets.connect(url, extra_headers=headers, ping_interval=0.05) as socket:
        await socket.send(json.dumps({"type": "session.update", "session": {"type": "realtime", "output_modalities": ["text"]}}))
        content = [{"type": "input_text", "text": "Say hello to Kim"}]
        await socket.send(json.dumps({"type": "conversation.item.create", "item": {"type": "message", "role": "user", "content": content}}))
        await socket.send(json.dumps({"type": "response.create"}))
        async for message in socket:
            event = json.loads(message)
            if event["type"] == "response.output_text.delta":
                print(event["delta"], end="")
            if event["type"] == "response.done":
                return

asyncio.run(main())
