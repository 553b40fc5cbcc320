/** How a simulated session speaks to its client. */
export interface RealtimeSocket {
  send(text: string, isBinary: boolean): void;
  close(code: number, reason: string): void;
}

/** A simulated session: what it does with what its client says. */
export interface RealtimeSession {
  start(): void;
  message(data: Buffer): void;
}
