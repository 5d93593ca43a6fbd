package io.vagus.rule;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.Page;
import io.vagus.registry.RegistryListener;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The rule book as it is written. A rule is never changed: each time it is saved, and when it is
 * deleted, it has another version. Each change is one event. As a listener of the registry it hears
 * when products that rules name change, and makes a revision of that. Calls may block on disk.
 * Thread-safe.
 */
public interface Rules extends RuleBook, RegistryListener {
  int MAX_RULES = 10_000;

  /**
   * Makes a version; none when nothing would differ.
   *
   * @param ifVersion only when that is its version; 0: when there is none
   */
  RuleVersion save(Rule rule, OptionalLong ifVersion);

  /**
   * @param ifVersion only when that is its version
   * @return whether it was there
   */
  boolean delete(String rule, OptionalLong ifVersion);

  /** What it is now, from memory. */
  default Optional<RuleVersion> find(String rule) {
    return at(revision()).find(rule);
  }

  /** Those there are now, in order of their ids, from memory. */
  default List<RuleVersion> all() {
    return at(revision()).rules();
  }

  /**
   * What became of one, the newest first; also of one that is no more.
   *
   * @param cursor as the page before gave it
   */
  Page<RuleChange> versions(String rule, Optional<String> cursor, int limit);

  Optional<RuleChange> version(String rule, int version);

  /** Something has another version: a revision, when a rule in force is built on it. */
  void changed(Basis basis);

  /**
   * That a change may be made.
   *
   * @param version the rule's; 0: there is none
   */
  static void requireVersion(long version, OptionalLong ifVersion) {
    if (ifVersion.isPresent() && ifVersion.getAsLong() != version) {
      throw new VagusException(
          ErrorCode.PRECONDITION_FAILED,
          "version: " + version + " (expected: " + ifVersion.getAsLong() + ", as If-Match says)");
    }
  }

  /** That there is room for one more. */
  static void requireRoom(int rules) {
    if (rules >= MAX_RULES) {
      throw new VagusException(
          ErrorCode.CONFLICT, "rules: " + rules + " (expected: < " + MAX_RULES + ")");
    }
  }

  /** Before which version a page begins; anything that no list gave is an INVALID_REQUEST. */
  static int before(Optional<String> cursor) {
    if (cursor.isEmpty()) {
      return Integer.MAX_VALUE;
    }
    if (!cursor.get().matches("\\d{1,9}")) {
      throw new VagusException(
          ErrorCode.INVALID_REQUEST, "cursor: not one that this list gave (expected: its next)");
    }
    return Integer.parseInt(cursor.get());
  }

  /**
   * @param found one more than {@code limit} when there is a next page
   */
  static Page<RuleChange> page(List<RuleChange> found, int limit) {
    return found.size() <= limit
        ? new Page<>(found, Optional.empty())
        : new Page<>(found.subList(0, limit), Optional.of("" + found.get(limit - 1).version()));
  }
}
