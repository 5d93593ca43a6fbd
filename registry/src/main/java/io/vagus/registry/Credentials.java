package io.vagus.registry;

import io.vagus.kit.ErrorCode;
import io.vagus.model.Device;
import java.time.Duration;
import java.util.Optional;

/**
 * Who is it? Chosen secrets are stored as Argon2id hashes, generated ones as salted SHA-256; one
 * that was verified lately is recognised again from memory in about a microsecond, by a digest
 * under a key that dies with the process.
 */
public interface Credentials {

  /** Answers at once when it can: from memory, without blocking; empty: call {@link #check}. */
  Optional<Verdict> recognise(String name, byte[] secret);

  /** Whether {@link #check} of it costs microseconds rather than milliseconds: its form tells. */
  boolean isQuick(byte[] secret);

  /** Checks against the stored hash: blocks, for milliseconds of CPU unless it is quick. */
  Verdict check(String name, byte[] secret);

  /**
   * Makes a token that stands for the device's secret for ten minutes; {@link #check} takes it in
   * the secret's place. Empty when the device has no secret. Blocks on disk.
   */
  Optional<BoundToken> bind(String device);

  /** Whether what is shown has the form of a {@link #bind bound} token. */
  static boolean isBound(byte[] secret) {
    return BoundTokens.isBound(secret);
  }

  /** The device that a {@link #bind bound} token says to be of. */
  static Optional<String> deviceOf(String token) {
    return BoundTokens.nameIn(token);
  }

  /** What stands for a device's secret for a while. */
  record BoundToken(String text, Duration life) {
    @Override
    public String toString() {
      return "BoundToken[" + life + "]";
    }
  }

  /** What a name and secret prove. */
  sealed interface Verdict {}

  record DeviceVerdict(Device device) implements Verdict {}

  record ApplicationVerdict(Registry.Application application) implements Verdict {}

  record Refused(ErrorCode code, String why) implements Verdict {}
}
