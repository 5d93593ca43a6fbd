// Secrets that the server shows once: kept by this page until it is closed, and nowhere else.
const kept = new Map<string, string>();

export const keep = (what: 'secret' | 'token', device: string, text: string): unknown => kept.set(`${what} ${device}`, text);

export const recall = (what: 'secret' | 'token', device: string): string | undefined => kept.get(`${what} ${device}`);
