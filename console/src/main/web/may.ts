// What the one who is signed in may do, as far as it is known without asking.
import type { Session } from './types.js';

let session: Session | undefined;

/** Whose rights count from now on. */
export const know = (now: Session | undefined): void => void (session = now);

/** On something at least: for what may turn out not to be there for him. */
export const maySomewhere = (right: string): boolean => session?.rights?.includes(right) ?? false;

/** On all devices, and on what belongs to no group. */
export const mayEverywhere = (right: string): boolean => session?.everywhere?.includes(right) ?? false;

/** Whether a right of his ends somewhere. */
export const isPartial = (): boolean => session?.rights?.length !== session?.everywhere?.length;
