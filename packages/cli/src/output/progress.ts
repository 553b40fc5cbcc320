/** Work that is under way. */
export interface Progress {
  /** So many more steps are done. Default 1. */
  step(count?: number): void;
  /** Takes the bar away. Call it in a `finally`, and before anything else is printed. */
  done(): void;
}

export const noProgress: Progress = { step() {}, done() {} };

const cells = 24;
/** Milliseconds before the first drawing, and between two. */
const patience = 300;
const pause = 80;

/** A bar that appears when the work takes more than a moment. */
export function createProgress(
  stream: { write(text: string): unknown },
  label: string,
  total: number,
): Progress {
  let steps = 0;
  let nextDrawing = performance.now() + patience;
  let isDrawn = false;
  return {
    step(count = 1) {
      steps += count;
      const now = performance.now();
      if (now < nextDrawing) return;
      nextDrawing = now + pause;
      isDrawn = true;
      const filled = Math.min(cells, Math.round((steps / Math.max(1, total)) * cells));
      stream.write(`\r${label} ${'█'.repeat(filled)}${'░'.repeat(cells - filled)} ${steps}/${total}\u001B[K`);
    },
    done() {
      if (isDrawn) stream.write('\r\u001B[K');
      isDrawn = false;
      nextDrawing = Infinity;
    },
  };
}
