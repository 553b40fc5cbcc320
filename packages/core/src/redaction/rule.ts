/**
 * A token shape: how a key of some provider looks wherever it stands. A table entry; {@link createShapeScanner}
 * turns the table into one pass over the text.
 */
export interface ShapeRule {
  /** Also what stands in the placeholder. Stable: cassettes and options name it. */
  readonly id: string;
  /** Where the shape is documented or was seen. */
  readonly source: string;
  /** Literals, at least three characters of runs each, one of which every match has at {@link offset} from its start. */
  readonly anchors: readonly string[];
  /**
   * Sticky; matched at the anchor minus {@link offset}. The match is what gets replaced. Must not be able to
   * run on and then fail: unbounded repetition only at the end, or where a character outside the class has to follow.
   */
  readonly pattern: RegExp;
  /** How far behind the start of the match the anchor stands. Default 0; negative when it stands before the match. */
  readonly offset?: number;
  /**
   * What may stand directly before the match. `word` (default): no letter or digit, except those of an escape such as `\n` or `%20`.
   * `base64`: also not the middle of base64, for shapes that audio and pictures have somewhere by chance.
   * `run`: also no `-` and `_`, because base64url (audio, pictures) has every prefix of three letters somewhere. `none`: anything, for anchors so distinctive that they cannot be part of other text.
   */
  readonly boundary?: 'word' | 'base64' | 'run' | 'none';
  /**
   * A last look at what matched, for what a pattern cannot say. The pattern of such a rule is bounded (a refused match must
   * not cost more than a constant); the scanner takes the rest of a longer token in by itself.
   */
  readonly accept?: (match: string) => boolean;
}
