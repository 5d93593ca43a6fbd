package io.vagus.ingest.mqtt;

import static io.vagus.ingest.mqtt.RawClient.bytes;
import static io.vagus.ingest.mqtt.RawClient.connect;
import static io.vagus.ingest.mqtt.RawClient.packet;
import static io.vagus.ingest.mqtt.RawClient.properties;
import static io.vagus.ingest.mqtt.RawClient.publish;
import static io.vagus.ingest.mqtt.RawClient.raw;
import static io.vagus.ingest.mqtt.RawClient.subscribe;
import static io.vagus.ingest.mqtt.RawClient.u16;
import static io.vagus.ingest.mqtt.RawClient.u32;
import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.ingest.GatedJournal;
import io.vagus.testkit.Eventually;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the broker acknowledged is there after a restart and after {@code kill -9}. */
class DurabilityTest {
  private static final byte[] NONE = properties();
  private final TestBroker broker = new TestBroker(TestBroker.small(), true);

  @AfterEach
  void stop() {
    broker.close();
  }

  private RawClient keeping(String id) {
    RawClient client = new RawClient(broker.port());
    client.send(connect(5, id, false, 0, properties(17, u32(3600))));
    assertThat(client.read().u8(1)).isZero();
    return client;
  }

  private void subscribeAndLeave(String id, String filter) {
    try (RawClient sub = keeping(id)) {
      sub.send(subscribe(5, 1, filter, 2));
      assertThat(sub.read().type()).isEqualTo(9);
    }
  }

  private void publishAll(int count, int header) {
    try (RawClient pub = new RawClient(broker.port())) {
      pub.connected(5, "pub", true);
      for (int i = 1; i <= count; i++) {
        pub.send(publish(5, header, "t/" + i, i, "m" + i));
        assertThat(pub.read().u16(0)).isEqualTo(i);
      }
    }
  }

  private void expect(RawClient sub, int count) {
    for (int i = 1; i <= count; i++) {
      RawClient.Packet got = sub.read();
      assertThat(got.body()).isEqualTo(bytes("t/" + i, u16(i), NONE, raw("m" + i)));
      sub.send(packet(0x40, u16(i)));
    }
  }

  @Test
  void keepsSubscriptionsAndQueuedMessagesOverKill() {
    subscribeAndLeave("sub", "t/#");
    publishAll(3, 0x32);
    broker.kill();
    try (RawClient sub = keeping("sub")) {
      expect(sub, 3);
      sub.send(packet(0xC0)); // what it acknowledged is known by then: the ids are free
      assertThat(sub.read().type()).isEqualTo(13);
      publishAll(1, 0x32);
      assertThat(sub.read().body()).isEqualTo(bytes("t/1", u16(1), NONE, raw("m1")));
    }
  }

  @Test
  void keepsThemOverACleanRestartAndManySnapshots() {
    subscribeAndLeave("sub", "t/#");
    for (int round = 0; round < 20; round++) {
      publishAll(5, 0x32);
      try (RawClient sub = keeping("sub")) {
        expect(sub, 5);
        sub.send(packet(0xC0));
        assertThat(sub.read().type()).isEqualTo(13);
      }
    }
    Eventually.eventually(
        Duration.ofSeconds(5),
        "a snapshot is written",
        () -> Files.exists(broker.folder.resolve("sessions.snapshot")));
    publishAll(4, 0x32);
    broker.kill();
    broker.restart();
    try (RawClient sub = keeping("sub")) {
      expect(sub, 4);
      assertThat(sub.isSilent(50)).isTrue();
    }
  }

  @Test
  void keepsRetainedMessagesAndTheirRemoval() {
    try (RawClient pub = new RawClient(broker.port())) {
      pub.connected(5, "pub", true);
      pub.send(publish(5, 0x33, "r/1", 1, "keep"), publish(5, 0x33, "r/2", 2, "drop"));
      pub.send(publish(5, 0x33, "r/2", 3, ""));
      pub.read();
      pub.read();
      pub.read();
    }
    broker.kill();
    try (RawClient sub = new RawClient(broker.port())) {
      sub.connected(5, "sub", true);
      sub.send(subscribe(5, 1, "r/#", 0));
      sub.read();
      assertThat(sub.read().body()).isEqualTo(bytes("r/1", NONE, raw("keep")));
      assertThat(sub.isSilent(50)).isTrue();
    }
  }

  @Test
  void deliversQos2OnceOverKill() { // [MQTT-4.3.3-10] with the server's state lost in between
    subscribeAndLeave("sub", "t/#");
    try (RawClient pub = keeping("pub")) {
      pub.send(publish(5, 0x34, "t/1", 1, "m1"));
      assertThat(pub.read().type()).isEqualTo(5);
    }
    broker.kill();
    try (RawClient pub = keeping("pub")) {
      pub.send(publish(5, 0x3C, "t/1", 1, "m1"));
      assertThat(pub.read().type()).isEqualTo(5);
      pub.send(packet(0x62, u16(1)));
      assertThat(pub.read().toString()).isEqualTo("70:0001");
    }
    try (RawClient sub = keeping("sub")) {
      assertThat(sub.read().type()).isEqualTo(3);
      sub.send(packet(0x50, u16(1)));
      assertThat(sub.read().toString()).isEqualTo("62:0001");
    }
    broker.kill();
    try (RawClient sub = keeping("sub")) {
      assertThat(sub.read().toString()).isEqualTo("62:0001"); // not the PUBLISH again
      sub.send(packet(0x70, u16(1)));
      assertThat(sub.isSilent(50)).isTrue();
    }
  }

  @Test
  void journalsAQos2MessageOfADeviceOnceOverKill() {
    try (RawClient d = keeping("device")) {
      d.send(publish(5, 0x34, "v1/d1/telemetry", 7, "x"));
      assertThat(d.read().toString()).isEqualTo("50:0007");
    }
    broker.kill();
    try (RawClient d = keeping("device")) {
      d.send(publish(5, 0x3C, "v1/d1/telemetry", 7, "x"));
      assertThat(d.read().toString()).isEqualTo("50:0007");
      d.send(packet(0x62, u16(7)));
      assertThat(d.read().toString()).isEqualTo("70:0007");
    }
    assertThat(broker.envelopes()).hasSize(1);
  }

  @Test
  void publishesTheWillOfAKilledConnectionAfterTheRestart() { // §3.1.2.5
    subscribeAndLeave("sub", "will/#");
    RawClient dying = new RawClient(broker.port());
    dying.send(
        packet(
            0x10,
            "MQTT",
            5,
            2 | 4 | 8,
            u16(0),
            properties(17, u32(100)),
            "dying",
            NONE,
            "will/d",
            "gone"));
    dying.read();
    try (RawClient other = keeping("other")) { // makes what came before it durable
      other.send(subscribe(5, 1, "x", 0)).read();
      broker.kill();
    }
    dying.close();
    try (RawClient sub = keeping("sub")) {
      assertThat(sub.read().body()).isEqualTo(bytes("will/d", u16(1), NONE, raw("gone")));
    }
  }

  @Test
  void forgetsSessionsThatExpiredMeanwhile() {
    try (RawClient sub = new RawClient(broker.port())) {
      sub.send(connect(5, "brief", false, 0, properties(17, u32(1))));
      sub.read();
      sub.send(subscribe(5, 1, "t", 1)).read();
      sub.send(packet(0xE0));
      assertThat(sub.read()).isNull();
      assertThat(broker.meters.find("vagus.mqtt.sessions").gauge().value()).isEqualTo(1);
    }
    broker.kill();
    Eventually.eventually(
        Duration.ofSeconds(5),
        "the session expires",
        () -> broker.meters.find("vagus.mqtt.sessions").gauge().value() == 0);
    try (RawClient again = new RawClient(broker.port())) {
      again.send(connect(5, "brief", false, 0));
      assertThat(again.read().u8(0)).isZero();
    }
  }

  @Test
  void writesNothingForCleanSessionsAndQos0() {
    try (RawClient a = new RawClient(broker.port());
        RawClient b = new RawClient(broker.port())) {
      a.connected(4, "a", true);
      b.connected(5, "b", true);
      a.send(subscribe(4, 1, "t", 2)).read();
      b.send(publish(5, 0x32, "t", 1, "x")).read();
      b.send(publish(5, 0x34, "t", 2, "x")).read();
      a.read();
      a.read();
    }
    broker.ingest.close();
    assertThat(broker.sessions.endOffset()).isZero();
  }

  @Test
  void acknowledgesNothingWhileTheDiskIsFull() {
    GatedJournal gated = new GatedJournal();
    try (TestBroker full = new TestBroker(TestBroker.small(), true, 0, gated);
        RawClient sub = new RawClient(full.port());
        RawClient pub = new RawClient(full.port())) {
      sub.send(connect(5, "sub", false, 0, properties(17, u32(3600))));
      sub.read();
      sub.send(subscribe(5, 1, "t", 1)).read();
      pub.connected(5, "pub", true);
      gated.fill();
      pub.send(publish(5, 0x32, "t", 1, "x"), publish(5, 0x32, "t", 2, "y"));
      assertThat(pub.isSilent(200)).isTrue();
      gated.makeRoom();
      assertThat(pub.read().toString()).isEqualTo("40:0001");
      assertThat(pub.read().toString()).isEqualTo("40:0002");
      assertThat(sub.read().type()).isEqualTo(3);
    }
  }

  @Test
  void putsABrokenSnapshotAsideAndStarts() throws IOException {
    subscribeAndLeave("sub", "t/#");
    broker.restart();
    java.nio.file.Path file = broker.folder.resolve("sessions.snapshot");
    byte[] content = Files.readAllBytes(file);
    content[content.length - 1] ^= 1;
    Files.write(file, content);
    broker.restart();
    assertThat(Files.exists(broker.folder.resolve("sessions.snapshot.corrupt"))).isTrue();
  }

  @Test
  void losesNoAcknowledgedMessageOverManyKills() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    TestBroker killed = new TestBroker(MqttConfig.defaults(), true);
    try {
      try (RawClient sub = resume(killed, "sub")) {
        sub.send(subscribe(5, 1, "t", 1)).read();
      }
      List<String> acknowledged = new ArrayList<>();
      List<String> received = new ArrayList<>();
      for (int round = 0; round < 12; round++) {
        publishUntilKilled(killed, random, round, acknowledged);
        try (RawClient sub = resume(killed, "sub")) {
          drain(sub, received);
        }
      }
      assertThat(received).as("seed %d", seed).containsAll(acknowledged);
      assertThat(acknowledged).hasSizeGreaterThan(12);
    } finally {
      killed.close();
    }
  }

  private static RawClient resume(TestBroker broker, String id) {
    RawClient client = new RawClient(broker.port());
    client.send(RawClient.connect(5, id, false, 0, properties(17, u32(3600))));
    client.read();
    return client;
  }

  /** Publishes on another thread and notes what is acknowledged, while the server is killed. */
  private static void publishUntilKilled(
      TestBroker broker, Random random, int round, List<String> acknowledged) {
    RawClient pub = new RawClient(broker.port());
    pub.connected(5, "pub", true);
    List<String> noted = java.util.Collections.synchronizedList(acknowledged);
    int atLeast = acknowledged.size() + 1 + random.nextInt(40);
    AtomicBoolean over = new AtomicBoolean();
    Thread publisher =
        Thread.ofVirtual()
            .start(() -> {
              for (int i = 1; i < 900 && !over.get(); i++) {
                String payload = round + "-" + i;
                pub.send(publish(5, 0x32, "t", i, payload));
                RawClient.Packet ack = pub.read();
                if (ack == null || ack.type() != 4) {
                  return;
                }
                if (!over.get()) {
                  noted.add(payload);
                }
              }
            });
    Eventually.eventually(
        Duration.ofSeconds(10), "some are acknowledged", () -> noted.size() >= atLeast);
    over.set(true);
    broker.kill();
    pub.close();
    try {
      publisher.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void drain(RawClient sub, List<String> received) {
    boolean more = true;
    while (more) {
      more = false;
      sub.send(packet(0xC0));
      for (RawClient.Packet p = sub.read(); p.type() != 13; p = sub.read()) {
        more = true;
        byte[] body = p.body();
        received.add(new String(body, 6, body.length - 6, StandardCharsets.UTF_8));
        sub.send(packet(0x40, u16(p.u16(3))));
      }
    }
  }
}
