package io.vagus.command;

/** When a command is to be looked at again. */
record Due(long micros, String command) implements Comparable<Due> {
  @Override
  public int compareTo(Due other) {
    return Long.compare(micros, other.micros);
  }
}
