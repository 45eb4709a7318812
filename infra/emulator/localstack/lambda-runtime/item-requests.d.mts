export function asksForItems(target: unknown): boolean;
export function authorizationForItems(authorization: unknown): string;
