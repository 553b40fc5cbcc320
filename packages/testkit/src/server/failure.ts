/** An error a provider answers with. Thrown by routes; the provider gives it its shape. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  readonly status: number;
  /** The provider's own word for it, where it has one: `model_not_found`, `invalid_api_key`. */
  readonly code: string | undefined;
  /** The request field at fault. */
  readonly param: string | undefined;

  constructor(status: number, message: string, details: { code?: string; param?: string } = {}) {
    super(message);
    this.status = status;
    this.code = details.code;
    this.param = details.param;
  }
}

/** The failure a scripted status stands for. */
export function failureOf(status: number): ApiFailure {
  switch (status) {
    case 400:
      return new ApiFailure(400, 'The request is not valid (simulated).');
    case 401:
      return new ApiFailure(401, 'The API key was not accepted (simulated).', { code: 'invalid_api_key' });
    case 403:
      return new ApiFailure(403, 'This key may not do that (simulated).');
    case 404:
      return new ApiFailure(404, 'There is no such thing here (simulated).');
    case 429:
      return new ApiFailure(429, 'Too many requests, slow down (simulated).', {
        code: 'rate_limit_exceeded',
      });
    case 503:
    case 529:
      return new ApiFailure(status, 'Overloaded, try again later (simulated).');
    default:
      return new ApiFailure(status, 'Something went wrong on the server (simulated).');
  }
}
