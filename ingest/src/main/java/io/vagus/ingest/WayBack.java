package io.vagus.ingest;

import io.vagus.kit.ErrorCode;
import io.vagus.model.DeviceId;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * What the platform keeps for devices and hears from them about it: desired states and commands.
 * Thread-safe; every method returns at once, and what it answers comes on any thread.
 */
public interface WayBack {

  /**
   * A device is connected and listens to something.
   *
   * @param forOthers whether it listens for devices behind it too
   */
  void listens(DeviceId device, boolean forOthers);

  /** No connection of its own listens any more for what the device is to hear. */
  void left(DeviceId device);

  /** A device asks for its whole desired state, to be sent to it. */
  void asksForDesired(DeviceId device);

  /**
   * Desired state for a device that polls.
   *
   * @param after the version it holds; negative when it wants the whole in any case
   * @return empty when there is nothing newer within the time
   */
  CompletableFuture<Optional<byte[]>> desired(DeviceId device, long after, Duration wait);

  /**
   * Commands not yet acknowledged for a device that polls, as a JSON array.
   *
   * @return empty when there are none within the time
   */
  CompletableFuture<Optional<byte[]>> commands(DeviceId device, Duration wait);

  /**
   * What a device says of a command.
   *
   * @param gateway over whose connection it came
   * @return once it is durable; or why it is refused
   */
  CompletableFuture<Optional<Refusal>> answered(
      DeviceId device, Optional<DeviceId> gateway, String command, Answer what, byte[] payload);

  /** What an answer says. */
  enum Answer {
    /** It has it. */
    ACK,
    /** How it ended. */
    RESULT
  }

  /** Why an answer is refused; names value and bound. */
  record Refusal(ErrorCode code, String why) {}
}
