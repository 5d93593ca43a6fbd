package io.vagus.rule.engine;

import io.vagus.rule.Firing;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What one journal record brought about, all of it: its timers' and its message's. Emptied before
 * the next record. Not thread-safe.
 */
public final class Firings {
  /** Of one record; a rule that would fire beyond it does so with a later one. */
  public static final int MOST = 1000;

  private final List<Firing> list = new ArrayList<>();

  public List<Firing> list() {
    return Collections.unmodifiableList(list);
  }

  public boolean isEmpty() {
    return list.isEmpty();
  }

  public void clear() {
    list.clear();
  }

  int size() {
    return list.size();
  }

  boolean isFull() {
    return list.size() >= MOST;
  }

  void add(Firing firing) {
    list.add(firing);
  }
}
