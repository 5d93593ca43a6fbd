package io.vagus.rule;

/** The rules there are, at each of their revisions. Thread-safe. */
public interface RuleBook {

  /** The newest revision, from memory. */
  long revision();

  /** What was in force at a revision; the newest from memory, others may block on disk. */
  RuleSet at(long revision);

  /** Called, on any thread and soon, when there is a newer revision. */
  void addListener(Runnable changed);
}
