/** One article of the handbook. */
export interface Article {
  /** File name without `.md`: `gift-cards`. */
  readonly id: string;
  readonly title: string;
  /** Plain paragraphs, without the title. */
  readonly text: string;
}
