package io.vagus.device;

import io.vagus.device.mqtt.Outbox;
import io.vagus.kit.Ids;

/** Messages that wait until the server has them, in the order they were made. Thread-safe. */
interface Store extends Outbox, AutoCloseable {
  static Store open(StoreConfig config) {
    return config.folder().isPresent()
        ? FileStore.open(config.folder().get(), config)
        : new MemoryStore(config, Ids.randomHex(4));
  }

  Stored append(Draft draft);

  Counters counters();

  @Override
  void close();
}
