/** Version of this package. Kept equal to package.json by a test. */
export const version = '0.0.0';
