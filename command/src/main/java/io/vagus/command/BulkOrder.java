package io.vagus.command;

import io.vagus.model.Command;
import io.vagus.model.DeviceId;
import io.vagus.model.GroupId;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What somebody wants many devices to do.
 *
 * @param arguments a JSON object
 * @param lane instead of the model's
 * @param deadline of every one, whenever its turn comes; empty: the model's, counted from its turn
 * @param rateHz devices asked per second
 * @param stop when to give it up; empty: never
 * @param issuer as the event log names who asks
 */
public record BulkOrder(
    String name,
    String arguments,
    Optional<Command.Lane> lane,
    Optional<Instant> deadline,
    Scope scope,
    double rateHz,
    Optional<Stop> stop,
    String issuer) {
  public static final int MAX_DEVICES = 100_000;
  public static final double MIN_RATE_HZ = 0.01;
  public static final double MAX_RATE_HZ = 10_000;

  /**
   * Which devices, as it was said: they are found once, when it is made.
   *
   * @param query as the list of devices takes it
   */
  public record Scope(Optional<GroupId> group, Optional<String> product, Optional<String> query) {}

  /**
   * It is given up when more than this share of the devices whose end is known did not succeed.
   *
   * @param share 0 to below 1
   * @param least no sooner than so many ends are known
   */
  public record Stop(double share, int least) {
    public Stop {
      if (!(share >= 0 && share < 1)) {
        throw new IllegalArgumentException(
            "share: " + share + " (expected: from 0 to below 1, such as 0.1)");
      }
      if (least < 1 || least > MAX_DEVICES) {
        throw new IllegalArgumentException(
            "least: " + least + " (expected: 1 to " + MAX_DEVICES + ")");
      }
    }
  }

  public BulkOrder {
    if (!(rateHz >= MIN_RATE_HZ && rateHz <= MAX_RATE_HZ)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "rate: %s (expected: %s to %.0f devices per second)",
              rateHz,
              MIN_RATE_HZ,
              MAX_RATE_HZ));
    }
  }

  public BulkOrder withRate(double hz) {
    return new BulkOrder(name, arguments, lane, deadline, scope, hz, stop, issuer);
  }

  /** One device's part; the same part again is the same command. */
  public CommandRequest request(String bulk, DeviceId device) {
    return new CommandRequest(
        device,
        name,
        arguments,
        lane,
        deadline,
        Optional.empty(),
        OptionalLong.empty(),
        Optional.of(bulk),
        issuer);
  }
}
