package io.vagus.rule;

import io.vagus.model.Page;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Where firings go, and how far they are. Calls may block on disk. Thread-safe. */
public interface Sinks {

  /**
   * Makes a sink, or changes it: what waits for it goes to the changed one. A new one gets what is
   * fired from now on.
   *
   * @return a {@code VagusException} of kind USER says what is wrong with it
   */
  Sink put(String name, Sink.Order order);

  /** With all that waits for it, and its dead letters; false when there is none. */
  boolean delete(String name);

  /** Of those that were set up; from memory. */
  Set<String> names();

  /** Built-in ones first, then by name. */
  List<SinkState> all();

  Optional<SinkState> find(String name);

  /** Sends it something that says that it is a test, once. */
  Tested test(String name);

  /** The newest first. */
  Page<SinkDeadLetter> deadLetters(String name, Optional<String> cursor, int limit);

  /**
   * Tries dead letters again, the oldest first, until one fails; those that arrive are gone.
   *
   * @param limit at most so many
   */
  Replayed replay(String name, int limit);

  /** Forgets all dead letters. */
  int discard(String name);

  /** Of the rules that sent commands since the start, by id. */
  List<LoopTimes> loops();

  /**
   * What came of a test.
   *
   * @param why empty when it was delivered
   */
  record Tested(boolean delivered, String why, long tookMicros) {}

  /**
   * What came of dead letters.
   *
   * @param left that are still dead
   * @param why the last one failed; empty when none did
   */
  record Replayed(int delivered, long left, String why) {}
}
