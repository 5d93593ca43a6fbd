package io.vagus.ingest.mqtt;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The clients that get something in this round of the broker thread, which owns it. */
final class Outboxes {
  private final List<Client> touched = new ArrayList<>();

  /** Something to do on the client's event loop, in order with what it is sent. */
  void post(Client client, Consumer<Connection> action) {
    touch(client);
    client.post(action);
  }

  /** The client may get something in this round. */
  void touch(Client client) {
    if (!client.isDirty()) {
      client.markDirty();
      touched.add(client);
    }
  }

  /** Hands over to the event loops what the round gave. */
  void flush() {
    touched.forEach(Client::flush);
    touched.clear();
  }
}
