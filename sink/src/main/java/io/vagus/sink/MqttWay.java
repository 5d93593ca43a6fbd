package io.vagus.sink;

import java.util.concurrent.CompletableFuture;

/** The broker, as the listeners offer it. */
public interface MqttWay {

  /**
   * To whoever subscribed it, QoS 1.
   *
   * @param id a user property, by which a client knows what it has already
   * @return completed when it is durable where it has to be
   */
  CompletableFuture<?> publish(String topic, byte[] json, String id, boolean retain);
}
