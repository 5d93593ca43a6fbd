package io.vagus.device;

/** What a full store gives up. */
public enum DropPolicy {
  /** The oldest messages. */
  OLDEST,
  /** The new message. */
  NEWEST,
  /** The oldest of the lowest {@link Priority} there is, but none above the new message's own. */
  BY_PRIORITY
}
