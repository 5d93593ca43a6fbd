package io.vagus.watch;

import io.vagus.model.DeviceId;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Devices that may be two: one identity that is used at two addresses. A device that changes its
 * network does it once; two that have its key take each other over again and again, or hold
 * connections side by side for longer than a dead one could last.
 *
 * <pre>
 * connection at A ─another at B, while A's is open or just ended─▶ moved once
 * moved ─back to where it came from─▶ moved once more ─{@link #MOVES} within {@link #WINDOW_MICROS}─▶ cloned
 * </pre>
 *
 * Bounded to {@link #MAX_DEVICES} that moved last. A lock guards it; only connections that begin at
 * another address than the one before come here.
 */
final class Clones {
  static final int MOVES = 3;
  static final int MAX_DEVICES = 10_000;
  private static final long WINDOW_MICROS = 600_000_000;

  private record Moved(String from, String to, int times, long firstMicros) {}

  private final SequencedMap<DeviceId, Moved> devices = new LinkedHashMap<>();

  /**
   * It connected at an address while, or right after, it was connected at another.
   *
   * @return what is wrong, when it went to and fro too often
   */
  synchronized Optional<String> moved(DeviceId device, String from, String to, long nowMicros) {
    Moved known = devices.remove(device);
    Moved now =
        known != null
                && known.from.equals(to)
                && known.to.equals(from)
                && nowMicros - known.firstMicros <= WINDOW_MICROS
            ? new Moved(from, to, known.times + 1, known.firstMicros)
            : new Moved(from, to, 1, nowMicros);
    devices.putLast(device, now);
    if (devices.size() > MAX_DEVICES) {
      devices.pollFirstEntry();
    }
    return now.times < MOVES
        ? Optional.empty()
        : Optional.of(
            "connection: %s and %s took each other's place %d times (expected: one device)"
                .formatted(from, to, now.times));
  }

  /** It has two connections at different addresses, of which neither can be a dead one's rest. */
  static String atOnce(String one, String other) {
    return "connection: one at %s and one at %s at once (expected: one device)"
        .formatted(one, other);
  }
}
