interface RawJson {
  rawJSON(text: string): unknown;
}

/**
 * An unquoted YAML scalar that some version of YAML takes for something else than a string: a number, a truth value, a date.
 * Its text is kept: which version the writer followed is known to the reader of the format, and a body of `1e3` has to stay
 * what it is.
 */
export class PlainScalar {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /**
   * By the rules of YAML 1.1 as PyYAML and Psych apply them; a date is a string. Numbers keep their spelling where JSON
   * has it.
   */
  toJSON(): unknown {
    const written = this.#json();
    return written === undefined ? this.text : (JSON as unknown as RawJson).rawJSON(written);
  }

  #json(): string | undefined {
    const { text } = this;
    if (/^-?(?:0|[1-9]\d*)(?:\.\d+(?:[eE][-+]?\d+)?)?$/.test(text)) return text;
    if (/^(?:true|yes|on)$/i.test(text)) return 'true';
    if (/^(?:false|no|off)$/i.test(text)) return 'false';
    if (/^0x[0-9a-f]+$/i.test(text)) return String(Number(text));
    // A float without a dot is a string in YAML 1.1, and so is what PyYAML leaves unquoted of this form.
    if (
      /^[-+]?(?:\d[\d_]*)?\.\d*(?:e[-+]?\d+)?$|^[-+]?\d[\d_]*(?:\.\d*(?:e[-+]?\d+)?)?$/i.test(text) &&
      /\d/.test(text)
    )
      return String(Number(text.replaceAll(/[_+]/g, '')));
    return undefined;
  }
}
