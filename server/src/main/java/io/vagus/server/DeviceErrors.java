package io.vagus.server;

import io.vagus.ingest.Ingest;
import io.vagus.kit.ErrorCode;
import io.vagus.model.DeviceId;
import io.vagus.process.ErrorSink;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.io.JsonStringEncoder;

/**
 * Tells a device on {@code v1/{device}/errors} why its message was not accepted, or the gateway
 * that sent it. Processing starts before the listeners do: who is not connected yet is told
 * nothing. Thread-safe.
 */
final class DeviceErrors implements ErrorSink {
  private volatile @Nullable Ingest ingest;

  void sendBy(Ingest ingest) {
    this.ingest = ingest;
  }

  @Override
  public void refused(DeviceId device, Optional<DeviceId> gateway, ErrorCode reason, String why) {
    Ingest sender = ingest;
    if (sender != null) {
      String body =
          "{\"code\":\"%s\",\"detail\":\"%s\"}"
              .formatted(
                  reason.code(), new String(JsonStringEncoder.getInstance().quoteAsCharArray(why)));
      var unused =
          sender.publishToDevice(
              device, gateway, "errors", body.getBytes(StandardCharsets.UTF_8), 0);
    }
  }
}
