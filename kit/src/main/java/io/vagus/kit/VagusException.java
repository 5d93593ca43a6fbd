package io.vagus.kit;

import org.jspecify.annotations.Nullable;

/** A broken invariant, a lost resource, or a request that cannot be served. */
public final class VagusException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  /** The message names value and bound: {@code topicLength: 70000 (expected: <= 65535)}. */
  public VagusException(ErrorCode code, String message) {
    this(code, message, null);
  }

  public VagusException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  public ErrorCode code() {
    return code;
  }
}
