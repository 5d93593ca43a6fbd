package io.vagus.server;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.sink.MqttWay;
import java.util.concurrent.CompletableFuture;

/** The broker, for those who start before the listeners do: until then it is busy. Thread-safe. */
final class LateBroker implements MqttWay {
  private volatile MqttWay broker =
      (topic, json, id, retain) ->
          CompletableFuture.failedFuture(
              new VagusException(ErrorCode.BUSY, "the broker has not started yet"));

  void is(MqttWay now) {
    broker = now;
  }

  @Override
  public CompletableFuture<?> publish(String topic, byte[] json, String id, boolean retain) {
    return broker.publish(topic, json, id, retain);
  }
}
