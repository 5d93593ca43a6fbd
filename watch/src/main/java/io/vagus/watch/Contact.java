package io.vagus.watch;

import io.vagus.model.Transport;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How a device is in touch.
 *
 * @param connection its newest; empty when it had none since the start
 * @param lastSeenMicros its last message, or when a connection of it began or ended, also before
 *     the start; empty: never
 * @param state what lists are filtered by
 */
public record Contact(
    Optional<Connection> connection, OptionalLong lastSeenMicros, boolean connected, State state) {

  /** A device that was never heard. */
  public static final Contact NONE =
      new Contact(Optional.empty(), OptionalLong.empty(), false, State.NEVER);

  /** Of messages only: a device may be connected and silent. */
  public enum State {
    /** Heard within three times its product's cadence. */
    HEARD,
    SILENT,
    NEVER
  }

  /** Which devices a list wants. */
  public enum Filter {
    CONNECTED,
    /** Not now, but before. */
    DISCONNECTED,
    SILENT,
    /** No message of it was ever processed. */
    NEVER
  }

  public boolean is(Filter filter) {
    return switch (filter) {
      case CONNECTED -> connected;
      case DISCONNECTED -> !connected && lastSeenMicros.isPresent();
      case SILENT -> state == State.SILENT;
      case NEVER -> state == State.NEVER;
    };
  }

  /**
   * A connection, open or not.
   *
   * @param sinceMicros since when it is as it is
   * @param address of the other end
   * @param keepAliveSeconds empty for requests without a connection, and when the device asked for
   *     none
   */
  public record Connection(
      boolean connected,
      long sinceMicros,
      Transport transport,
      String address,
      OptionalInt keepAliveSeconds) {}

  static Contact of(DeviceActivity device, long nowMicros, long silenceMicros) {
    Link link = device.link();
    boolean connected = device.isConnected(nowMicros, silenceMicros);
    long heard = device.heardMicros();
    long seen = heard;
    Optional<Connection> connection = Optional.empty();
    if (link != null) {
      long last = link.lastMicros;
      seen = Math.max(heard, last == Link.OPEN ? link.sinceMicros : last);
      connection =
          Optional.of(
              new Connection(
                  connected,
                  connected ? link.sinceMicros : last,
                  link.transport,
                  link.address,
                  link.keepAliveSeconds > 0
                      ? OptionalInt.of(link.keepAliveSeconds)
                      : OptionalInt.empty()));
    }
    State state =
        heard == 0
            ? State.NEVER
            : device.isSilent(nowMicros, silenceMicros) ? State.SILENT : State.HEARD;
    return new Contact(
        connection, seen == 0 ? OptionalLong.empty() : OptionalLong.of(seen), connected, state);
  }
}
