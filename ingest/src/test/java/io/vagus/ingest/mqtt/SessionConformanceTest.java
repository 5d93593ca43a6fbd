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
import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What the public suites (Eclipse Paho's, Mosquitto's) check of sessions, wills and retained
 * messages beyond {@link ConformanceTest}.
 */
class SessionConformanceTest {
  private static final byte[] NONE = properties();
  private static final Duration SOON = Duration.ofSeconds(5);
  private final TestBroker broker = TestBroker.open();
  private final List<RawClient> clients = new ArrayList<>();

  @AfterEach
  void stop() {
    clients.forEach(RawClient::close);
    broker.close();
  }

  private RawClient open(byte[] connect, int present) {
    RawClient client = new RawClient(broker.port());
    clients.add(client);
    RawClient.Packet answer = client.send(connect).read();
    assertThat(answer.u8(1)).isZero();
    assertThat(answer.u8(0)).isEqualTo(present);
    return client;
  }

  private RawClient open(String id, long expiry, boolean clean, int present) {
    return open(connect(5, id, clean, 0, properties(17, u32(expiry))), present);
  }

  private RawClient subscriber(String filter, int options) {
    RawClient client = open("sub", 0, true, 0);
    assertThat(client.send(subscribe(5, 1, filter, options)).read().type()).isEqualTo(9);
    return client;
  }

  private static byte[] withWill(String id, int flags, byte[] willProperties, byte[] message) {
    return packet(
        0x10,
        "MQTT",
        5,
        2 | 4 | flags,
        u16(0),
        NONE,
        id,
        willProperties,
        "will/" + id,
        u16(message.length),
        message);
  }

  private double sessions() {
    return broker.meters.find("vagus.mqtt.sessions").gauge().value();
  }

  @Test
  void disconnectSetsTheSessionExpiry() { // §3.14.2.2.2
    open("s", 1000, true, 0).send(packet(0xE0, 0, properties(17, u32(0))));
    eventually(SOON, "the session is gone", () -> sessions() == 0);
    RawClient brief = open("s", 1, false, 0);
    brief.send(packet(0xE0, 0, properties(17, u32(1000))));
    assertThat(brief.read()).isNull();
    open("s", 1, false, 1);
  }

  @Test
  void anEmptyClientIdIsAnsweredWithOneEvenWithoutCleanStart() { // [MQTT-3.1.3-6], [-7]
    RawClient client = new RawClient(broker.port());
    clients.add(client);
    RawClient.Packet answer = client.send(connect(5, "", false, 0)).read();
    assertThat(answer.u8(1)).isZero();
    assertThat(answer.body()).containsSequence(raw("auto-"));
    RawClient three = new RawClient(broker.port());
    clients.add(three);
    assertThat(three.send(connect(4, "", true, 0)).read().toString()).isEqualTo("20:0000");
  }

  @Test
  void topicAliasesEndWithTheConnection() { // [MQTT-3.3.2-7]
    RawClient first = open("p", 1000, true, 0);
    first.send(packet(0x32, "t", u16(1), properties(35, u16(1)), raw("x")));
    assertThat(first.read().type()).isEqualTo(4);
    first.close();
    RawClient again = open("p", 1000, false, 1);
    again.send(packet(0x32, "", u16(1), properties(35, u16(1)), raw("x")));
    assertThat(again.read().toString()).isEqualTo("e0:8200");
  }

  @Test
  void aSessionThatIsTakenOverPublishesItsWill() { // [MQTT-3.1.4-3], §3.1.2.5
    RawClient watcher = subscriber("will/#", 0);
    open(withWill("same", 0, NONE, raw("gone")), 0);
    open("same", 0, true, 0);
    assertThat(watcher.read().body()).isEqualTo(bytes("will/same", NONE, raw("gone")));
  }

  @Test
  void aWillKeepsQosRetainAndProperties() { // §3.1.3.2, [MQTT-3.1.2-14], [-15]
    byte[] user = bytes(38, "a", "1", 38, "a", "2");
    byte[] kept = properties(1, 1, 3, "text/x", 8, "answer", 9, "id", user);
    open(withWill("w", 0x08 | 0x20, kept, raw("gone")), 0).reset();
    eventually(
        SOON,
        "the will is retained",
        () -> broker.meters.find("vagus.mqtt.retained").gauge().value() == 1);
    RawClient.Packet will = subscriber("will/w", 1).read();
    assertThat(will.header()).isEqualTo(0x33);
    assertThat(will.body()).startsWith(bytes("will/w", u16(1))).endsWith(raw("gone"));
    for (byte[] property :
        List.of(bytes(1, 1), bytes(3, "text/x"), bytes(8, "answer"), bytes(9, "id"), user)) {
      assertThat(will.body()).containsSequence(property);
    }
  }

  @Test
  void anEmptyWillIsPublished() {
    RawClient watcher = subscriber("will/#", 0);
    open(withWill("null", 0, NONE, new byte[0]), 0).reset();
    assertThat(watcher.read().body()).isEqualTo(bytes("will/null", NONE));
  }

  @Test
  void aRetainedMessageExpires() { // §3.3.2.3.3
    RawClient pub = open("pub", 0, true, 0);
    pub.send(packet(0x33, "r", u16(1), properties(2, u32(1)), raw("brief"))).read();
    pub.send(packet(0x33, "l", u16(2), properties(2, u32(100)), raw("long"))).read();
    RawClient sub = subscriber("l", 0);
    assertThat(sub.read().body()).containsSequence(bytes(2)).endsWith(raw("long"));
    eventually(
        SOON,
        "nothing is left",
        () -> {
          sub.send(subscribe(5, 2, "r", 0), packet(0xA2, u16(3), NONE, "r"));
          assertThat(sub.read().type()).isEqualTo(9);
          if (sub.read().type() == 11) {
            return true;
          }
          assertThat(sub.read().type()).isEqualTo(11);
          return false;
        });
  }

  @Test
  void retainHandlingOneSendsToANewSubscriptionOnly() { // [MQTT-3.3.1-10]
    open("pub", 0, true, 0).send(publish(5, 0x33, "r", 1, "a")).read();
    RawClient sub = subscriber("r", 0x10);
    assertThat(sub.read().body()).endsWith(raw("a"));
    sub.send(subscribe(5, 2, "r", 0x10), packet(0xA2, u16(3), NONE, "r"));
    assertThat(sub.read().type()).isEqualTo(9);
    assertThat(sub.read().type()).isEqualTo(11);
  }

  @Test
  void aSubscriptionKeepsItsOptionsOverAKill() { // no local, retain as published, identifier
    RawClient sub = open("keeper", 1000, true, 0);
    sub.send(packet(0x82, u16(1), properties(11, 7), "t", 1 | 4 | 8)).read();
    broker.kill();
    RawClient again = open("keeper", 1000, false, 1);
    again.send(publish(5, 0x32, "t", 1, "mine"));
    assertThat(again.read().type()).isEqualTo(4);
    open("pub", 0, true, 0).send(publish(5, 0x33, "t", 1, "theirs")).read();
    RawClient.Packet got = again.read();
    assertThat(got.header()).isEqualTo(0x33);
    assertThat(got.body()).isEqualTo(bytes("t", u16(1), properties(11, 7), raw("theirs")));
  }

  @Test
  void aMessageNoClientTakesIsDroppedAndTheNextGoesOn() { // [MQTT-3.1.2-25] at QoS 1 and 2
    RawClient sub = open(connect(5, "sub", true, 0, properties(39, u32(40), 33, u16(1))), 0);
    sub.send(subscribe(5, 1, "t", 2)).read();
    RawClient pub = open("pub", 0, true, 0);
    for (int qos = 1; qos <= 2; qos++) {
      pub.send(publish(5, 0x30 | qos << 1, "t", qos, "x".repeat(100)));
    }
    pub.send(publish(5, 0x32, "t", 3, "short"));
    assertThat(sub.read().body()).endsWith(raw("short"));
  }
}
