package io.vagus.device;

/** What is given up first when a store is full: the first. */
public enum Priority {
  LOW,
  NORMAL,
  HIGH,
  /** It goes out before all that waits: answers to commands do. */
  URGENT
}
