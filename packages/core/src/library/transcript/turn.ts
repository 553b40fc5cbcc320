/** One piece of what somebody said in a conversation. */
export type Part =
  | { readonly kind: 'text'; readonly text: string }
  /** What a model thought aloud. */
  | { readonly kind: 'reasoning'; readonly text: string }
  | {
      readonly kind: 'tool-call';
      readonly name: string;
      readonly id?: string;
      /** JSON, as it was written. */ readonly arguments: string;
    }
  | {
      readonly kind: 'tool-result';
      readonly name?: string;
      readonly id?: string;
      readonly parts: readonly Part[];
    }
  /** An image, sound or file: its type and size, or where it lies. */
  | { readonly kind: 'media'; readonly label: string }
  | { readonly kind: 'refusal'; readonly text: string }
  /** What no rule knows: its type, and the whole of it as JSON. */
  | { readonly kind: 'other'; readonly type: string; readonly json: string };

/** One message. */
export interface Turn {
  /** `system`, `user`, `assistant`, `tool`..., in the words of the API. */
  readonly role: string;
  readonly parts: readonly Part[];
}

/** A request to an LLM API as somebody reads it who writes prompts. */
export interface ReadableRequest {
  readonly model?: string;
  /** Sampling parameters and the like, in the order they were sent; values as JSON. */
  readonly settings: readonly (readonly [name: string, value: string])[];
  readonly tools: readonly {
    readonly name: string;
    readonly description?: string;
    readonly parameters: readonly string[];
  }[];
  readonly turns: readonly Turn[];
  /** Texts to be embedded, moderated or ranked. */
  readonly inputs: readonly string[];
}

/** What came back, put together from its pieces. */
export interface ReadableAnswer {
  readonly turns: readonly Turn[];
  /** Why the model stopped, one for each choice. */
  readonly finish: readonly string[];
  /** Number of vectors and their length. */
  readonly vectors?: { readonly count: number; readonly dimensions: number };
  /** What an error says. */
  readonly error?: string;
}
