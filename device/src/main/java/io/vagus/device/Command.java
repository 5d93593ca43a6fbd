package io.vagus.device;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the platform asks of a device.
 *
 * @param seq rises within a lane
 * @param deadline when it must have begun, by the server's clock
 */
public record Command(
    String id,
    long seq,
    Lane lane,
    String name,
    Map<String, @Nullable Object> args,
    Optional<Instant> deadline) {

  /** Commands of one lane are carried out one after the other; a lane does not wait for another. */
  public enum Lane {
    NORMAL,
    PRIORITY
  }

  /**
   * Carries commands out. Called on a thread of the command's lane, once for each command; on one
   * of its own for what is done in place of a command that was not repeated in time.
   */
  @FunctionalInterface
  public interface Handler {
    Result handle(Command command);
  }

  /** What came of it. */
  public record Result(Status status, String code, String detail, Map<String, ?> output) {
    public static final Result SUCCEEDED = new Result(Status.SUCCEEDED, "", "", Map.of());

    public static Result failed(String code, String detail) {
      return new Result(Status.FAILED, code, detail, Map.of());
    }
  }

  /** How it ended. */
  public enum Status {
    SUCCEEDED,
    FAILED,
    /** Its deadline had passed before it began. */
    EXPIRED,
    /** The device was interrupted: nobody can say. */
    UNKNOWN,
    /** An interlock of its product speaks against it; code says which. */
    REFUSED
  }
}
