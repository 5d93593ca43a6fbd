package io.vagus.device;

/** What is given up first when a store is full: the first. */
public enum Priority {
  LOW,
  NORMAL,
  HIGH
}
