/** Letters, digits and `_`: what a word is made of. By character code. */
export const isWord: Uint8Array = new Uint8Array(256);
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_') {
  isWord[character.charCodeAt(0)] = 1;
}
