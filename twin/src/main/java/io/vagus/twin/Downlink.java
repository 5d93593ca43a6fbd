package io.vagus.twin;

import io.vagus.model.DeviceId;
import java.util.concurrent.CompletableFuture;

/**
 * The way down to devices, as the listeners offer it: for what the platform itself keeps and sends
 * again, so that nothing is kept for a device that is not there.
 */
public interface Downlink {

  /**
   * Sends to a device, or to its gateway, that is connected now and has subscribed the topic.
   *
   * @param suffix of the topic {@code v1/{device}/}
   * @return whether it was handed to a connection
   */
  CompletableFuture<Boolean> send(DeviceId device, String suffix, byte[] payload);
}
