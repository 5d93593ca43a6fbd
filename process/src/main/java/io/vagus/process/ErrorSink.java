package io.vagus.process;

import io.vagus.kit.ErrorCode;
import io.vagus.model.DeviceId;
import java.util.Optional;

/**
 * Hears why a device's message became a dead letter: what {@code v1/{device}/errors} tells it, or
 * {@code v1/{gateway}/via/{device}/errors} the gateway that sent it.
 */
@FunctionalInterface
public interface ErrorSink {

  /** On the processing thread: must not block. After a crash it may be told of a message again. */
  void refused(DeviceId device, Optional<DeviceId> gateway, ErrorCode reason, String why);
}
