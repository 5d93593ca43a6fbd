package io.vagus.process;

import io.vagus.kit.ErrorCode;
import io.vagus.model.DeviceId;

/** Hears why a device's message became a dead letter: what {@code v1/{device}/errors} tells it. */
@FunctionalInterface
public interface ErrorSink {

  /** On the processing thread: must not block. After a crash it may be told of a message again. */
  void refused(DeviceId device, ErrorCode reason, String why);
}
