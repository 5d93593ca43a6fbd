package io.vagus.watch;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.model.DeviceId;
import io.vagus.model.Page;
import io.vagus.rule.Effect.AlertClass;
import java.util.List;
import java.util.Optional;

/**
 * What somebody is to know of: raised and cleared by a source, acknowledged by people. A number of
 * them is kept: the oldest that are cleared go first, and one that is open is never forgotten.
 * Calls may block on disk. Thread-safe.
 */
public interface Alerts {
  /** Open at a time; more are not raised, and counted. */
  int MAX_OPEN = 100_000;

  /** Takes in what sources say, in order, all or nothing. What is known already changes nothing. */
  void apply(List<AlertChange> changes);

  /** Raises one, or counts one that is open. */
  default void raise(AlertChange.Raise raise) {
    apply(List.of(raise));
  }

  default void clear(AlertChange.Clear clear) {
    apply(List.of(clear));
  }

  /** Clears all that a source raised, which says no more; what it may say later still counts. */
  void end(String source);

  Optional<Alert> find(String id);

  /**
   * Somebody has it in hand; said again, the last word stands.
   *
   * @param by as the event log names him
   * @return empty when there is none of that id
   */
  Optional<Alert> acknowledge(String id, String by, String note);

  /** The newest first. */
  Page<Alert> page(Filter filter, Optional<String> cursor, int limit);

  long count(Filter filter);

  /** Forgets some that are cleared and too old or too many; whether there may be more to forget. */
  boolean forget(AlertConfig config, long nowMicros);

  /** All conditions hold at once. */
  record Filter(
      Optional<Alert.State> state,
      Optional<AlertClass> alertClass,
      Optional<String> source,
      Optional<DeviceId> device) {
    public static final Filter ALL =
        new Filter(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    public Filter ofDevice(DeviceId wanted) {
      return new Filter(state, alertClass, source, Optional.of(wanted));
    }

    boolean matches(Alert alert) {
      return (state.isEmpty() || state.get() == alert.state())
          && (alertClass.isEmpty() || alertClass.get() == alert.alertClass())
          && (source.isEmpty() || source.get().equals(alert.source()))
          && (device.isEmpty() || device.equals(alert.device()));
    }
  }

  /** Refuses a note that is too long. */
  static void requireNote(String note) {
    if (note.isBlank() || note.length() > Alert.MAX_NOTE) {
      throw new VagusException(
          ErrorCode.INVALID_REQUEST,
          "note: %d characters (expected: 1 to %d, not only blanks)"
              .formatted(note.length(), Alert.MAX_NOTE));
    }
  }

  /** Behind which ordinal the page begins; anything that no list gave is an INVALID_REQUEST. */
  static long before(Optional<String> cursor) {
    if (cursor.isEmpty()) {
      return Long.MAX_VALUE;
    }
    if (!cursor.get().matches("a\\d{1,18}")) {
      throw new VagusException(
          ErrorCode.INVALID_REQUEST, "cursor: not one that this list gave (expected: its next)");
    }
    return Long.parseLong(cursor.get().substring(1));
  }
}
