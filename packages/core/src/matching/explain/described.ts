/** Stands for a value that is not text: bytes, a whole form. Shown as it is, never compared word by word. */
export class Described {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}
