package io.vagus.command;

import io.vagus.model.Command;
import io.vagus.model.DeviceId;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What somebody wants a device to do.
 *
 * @param arguments a JSON object
 * @param lane instead of the model's
 * @param deadline instead of the model's
 * @param key the same asker's same key is the same command
 * @param ifVersion of the device's command log, as the asker saw it: of two, one wins
 * @param bulk of which it is a part
 * @param issuer as the event log names who asks
 */
public record CommandRequest(
    DeviceId device,
    String name,
    String arguments,
    Optional<Command.Lane> lane,
    Optional<Instant> deadline,
    Optional<String> key,
    OptionalLong ifVersion,
    Optional<String> bulk,
    String issuer) {

  /** The id of the command that an asker's key makes. */
  public static String keyedId(String issuer, String key) {
    return CommandRules.id(issuer, key);
  }

  /** Whether the same request again is the same command. */
  boolean isRepeatable() {
    return key.isPresent() || bulk.isPresent();
  }
}
