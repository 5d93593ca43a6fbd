package io.vagus.ingest.mqtt;

import io.vagus.journal.InMemoryJournal;

/** An open broker on a port of 127.0.0.1, for public conformance suites and hand tests. */
final class OpenBroker {
  private OpenBroker() {}

  /** Runs until standard input ends: {@code OpenBroker PORT}. */
  @SuppressWarnings("SystemOut")
  static void main(String[] args) throws java.io.IOException {
    int port = Integer.parseInt(args[0]);
    try (TestBroker broker =
        new TestBroker(MqttConfig.defaults(), true, port, new InMemoryJournal())) {
      System.out.println("ready " + broker.port());
      while (System.in.read() >= 0) {}
    }
  }
}
