package io.vagus.ingest.mqtt;

import io.vagus.journal.InMemoryJournal;

/** An open broker on a port of 127.0.0.1, for public conformance suites and hand tests. */
final class OpenBroker {
  private OpenBroker() {}

  /** Runs until standard input ends: {@code OpenBroker PORT}. */
  @SuppressWarnings("SystemOut")
  static void main(String[] args) throws java.io.IOException {
    int port = Integer.parseInt(args[0]);
    try (TestBroker broker = new TestBroker(config(), true, port, new InMemoryJournal())) {
      System.out.println("ready " + broker.port());
      while (System.in.read() >= 0) {}
    }
  }

  /** Paho's suite expects a server keep alive of 60 s. */
  private static MqttConfig config() {
    MqttConfig d = MqttConfig.defaults();
    return new MqttConfig(
        d.maxPacket(),
        d.receiveMaximum(),
        d.topicAliasMaximum(),
        d.connectTimeout(),
        java.time.Duration.ofSeconds(60),
        d.maxSessions(),
        d.maxSessionExpiry(),
        d.maxSubscriptions(),
        d.maxQueuedMessages(),
        d.maxQueuedBytes(),
        d.maxQueuedTotal(),
        d.whenQueueFull(),
        d.maxInflight(),
        d.maxOutbound(),
        d.slowReaderTimeout(),
        d.maxRetainedMessages(),
        d.maxRetainedBytes(),
        d.sysInterval(),
        d.snapshotEvery());
  }
}
