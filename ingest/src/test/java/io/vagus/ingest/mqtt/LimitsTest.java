package io.vagus.ingest.mqtt;

import static io.vagus.ingest.mqtt.RawClient.connect;
import static io.vagus.ingest.mqtt.RawClient.packet;
import static io.vagus.ingest.mqtt.RawClient.properties;
import static io.vagus.ingest.mqtt.RawClient.publish;
import static io.vagus.ingest.mqtt.RawClient.subscribe;
import static io.vagus.ingest.mqtt.RawClient.u16;
import static io.vagus.ingest.mqtt.RawClient.u32;
import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.testkit.Eventually;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every bound is met: what is beyond it is refused or dropped, and counted. */
class LimitsTest {
  private final TestBroker broker = new TestBroker(TestBroker.small(), true);
  private final List<RawClient> clients = new ArrayList<>();

  @AfterEach
  void stop() {
    clients.forEach(RawClient::close);
    broker.close();
  }

  private RawClient client(String id) {
    RawClient client = new RawClient(broker.port());
    clients.add(client);
    assertThat(client.connected(5, id, true).u8(1)).isZero();
    return client;
  }

  private RawClient keeping(String id) {
    RawClient client = new RawClient(broker.port());
    clients.add(client);
    client.send(connect(5, id, false, 0, properties(17, u32(100))));
    assertThat(client.read().u8(1)).isZero();
    return client;
  }

  private double dropped(String reason) {
    return broker.count("vagus.mqtt.dropped", "reason", reason);
  }

  @Test
  void dropsTheOldestMessagesOfAFullQueue() {
    keeping("sub").send(subscribe(5, 1, "t", 1)).read();
    clients.getLast().close();
    RawClient pub = client("pub");
    for (int i = 1; i <= 15; i++) {
      pub.send(publish(5, 0x32, "t", i, "m" + i)).read();
    }
    assertThat(dropped("queue-full")).isEqualTo(5);
    RawClient sub = keeping("sub");
    for (int i = 6; i <= 9; i++) { // four are in flight at once
      assertThat(new String(sub.read().body(), StandardCharsets.UTF_8)).endsWith("m" + i);
    }
  }

  @Test
  void allQueuesTogetherHaveABound() {
    for (String id : List.of("a", "b")) {
      keeping(id).send(subscribe(5, 1, "t", 1)).read();
      clients.getLast().close();
    }
    RawClient pub = client("pub");
    String large = "x".repeat(50_000);
    for (int i = 1; i <= 7; i++) { // 14 times 50 kB, of which 12 fit
      pub.send(publish(5, 0x32, "t", i, large)).read();
    }
    assertThat(dropped("queue-full")).isEqualTo(2);
    RawClient fresh = new RawClient(broker.port());
    clients.add(fresh);
    assertThat(fresh.connected(5, "a", true).u8(1)).isZero(); // its queue is gone
    pub.send(publish(5, 0x32, "t", 8, large)).read();
    assertThat(dropped("queue-full")).isEqualTo(2);
  }

  @Test
  void aSlowReaderLosesQos0AndIsClosedAndNobodyElseWaits() {
    RawClient slow = client("slow");
    slow.send(subscribe(5, 1, "t", 0)).read();
    RawClient quick = client("quick");
    quick.send(subscribe(5, 1, "t", 0)).read();
    RawClient pub = client("pub");
    String large = "x".repeat(60_000);
    for (int i = 1; i <= 300; i++) {
      pub.send(publish(5, 0x32, "t", i, large));
      assertThat(pub.read().type()).isEqualTo(4);
      assertThat(quick.read().type()).isEqualTo(3);
    }
    assertThat(dropped("not-writable")).isPositive();
    Eventually.eventually(
        Duration.ofSeconds(10),
        "the slow reader is closed",
        () -> broker.count("vagus.mqtt.disconnects", "reason", "quota-exceeded") > 0);
  }

  @Test
  void sendsQos1OnceASlowReaderTakesMore() {
    RawClient sub = client("sub");
    sub.send(subscribe(5, 1, "t", 1)).read();
    RawClient pub = client("pub");
    String large = "x".repeat(50_000);
    for (int i = 1; i <= 10; i++) {
      pub.send(publish(5, 0x32, "t", i, large)).read();
    }
    for (int i = 1; i <= 10; i++) {
      RawClient.Packet got = sub.read();
      sub.send(packet(0x40, u16(got.u16(3))));
    }
    assertThat(dropped("queue-full")).isZero();
  }

  @Test
  void refusesSessionsBeyondTheBound() {
    for (int i = 0; i < 20; i++) {
      client("c" + i);
    }
    RawClient one = new RawClient(broker.port());
    clients.add(one);
    assertThat(one.connected(5, "more", true).u8(1)).isEqualTo(0x97);
    assertThat(broker.count("vagus.mqtt.refusals", "reason", "quota-exceeded")).isEqualTo(1);
  }

  @Test
  void refusesSubscriptionsBeyondTheBound() {
    RawClient client = client("c");
    for (int i = 1; i <= 5; i++) {
      assertThat(client.send(subscribe(5, i, "t" + i, 0)).read().u8(3)).isZero();
    }
    assertThat(client.send(subscribe(5, 6, "t6", 0)).read().u8(3)).isEqualTo(0x97);
    assertThat(client.send(subscribe(5, 7, "t1", 1)).read().u8(3)).isEqualTo(1);
  }

  @Test
  void keepsNoMoreRetainedMessagesThanTheBound() {
    RawClient pub = client("pub");
    for (int i = 1; i <= 12; i++) {
      pub.send(publish(5, 0x33, "r/" + i, i, "x")).read();
    }
    assertThat(dropped("retained-full")).isEqualTo(2);
    assertThat(broker.meters.find("vagus.mqtt.retained").gauge().value()).isEqualTo(10);
  }

  @Test
  void capsTheSessionExpiryAndSaysSo() { // [MQTT-3.2.2.3.2]
    RawClient client = new RawClient(broker.port());
    clients.add(client);
    client.send(connect(5, "long", true, 0, properties(17, u32(Session.NEVER))));
    assertThat(client.read().body()).containsSequence(RawClient.bytes(17, u32(86_400)));
  }

  @Test
  void setsTheKeepAliveOfThoseWhoWantLonger() { // [MQTT-3.2.2-21]
    RawClient client = new RawClient(broker.port());
    clients.add(client);
    client.send(connect(5, "calm", true, 600));
    assertThat(client.read().body()).containsSequence(RawClient.bytes(19, u16(60)));
  }
}
