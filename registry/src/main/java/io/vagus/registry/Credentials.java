package io.vagus.registry;

import io.vagus.kit.ErrorCode;
import io.vagus.model.Device;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Who is it? Secrets are stored as Argon2id hashes; one that was verified lately is recognised
 * again from memory in about a microsecond, by a digest under a key that dies with the process.
 */
public interface Credentials {

  /** Answers at once when it can: from memory, without blocking; empty: call {@link #check}. */
  Optional<Verdict> recognise(String name, byte[] secret);

  /** Checks against the stored hash: blocks for milliseconds of CPU. */
  Verdict check(String name, byte[] secret);

  /** An API token, as in {@code Authorization: Bearer}. */
  Optional<TokenHolder> token(String token);

  /** Makes an API token, shown once, stored as a hash. */
  String issueToken(String name, List<String> scopes, Optional<Duration> lifetime);

  /** Who holds an API token. */
  record TokenHolder(String name, List<String> scopes) {}

  /** What a name and secret prove. */
  sealed interface Verdict {}

  record DeviceVerdict(Device device) implements Verdict {}

  record ApplicationVerdict(Registry.Application application) implements Verdict {}

  record Refused(ErrorCode code, String why) implements Verdict {}
}
