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

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** MQTT 5.0 and 3.1.1 by the standards' sections, as bytes on the wire. */
class ConformanceTest {
  private static final byte[] NONE = properties();
  private static final byte[] KEEP = properties(17, u32(3600));
  private final TestBroker broker = TestBroker.open();
  private final List<RawClient> clients = new ArrayList<>();

  @AfterEach
  void stop() {
    clients.forEach(RawClient::close);
    broker.close();
  }

  private RawClient open() {
    RawClient client = new RawClient(broker.port());
    clients.add(client);
    return client;
  }

  private RawClient client(int version, String id) {
    RawClient client = open();
    assertThat(client.connected(version, id, true).u8(1)).isZero();
    return client;
  }

  private RawClient keeping(String id, boolean clean, boolean expectPresent) {
    RawClient client = open();
    client.send(connect(5, id, clean, 0, KEEP));
    assertThat(client.read().u8(0)).isEqualTo(expectPresent ? 1 : 0);
    return client;
  }

  private static void subscribed(RawClient client, int version, String filter, int options) {
    client.send(subscribe(version, 9, filter, options));
    RawClient.Packet ack = client.read();
    assertThat(ack.type()).isEqualTo(9); // [MQTT-3.8.4-1]
    assertThat(ack.u16(0)).isEqualTo(9); // [MQTT-3.8.4-2]
    assertThat(ack.u8(ack.body().length - 1)).isEqualTo(options & 3);
  }

  private static String text(RawClient.Packet packet) {
    return new String(packet.body(), StandardCharsets.UTF_8);
  }

  // ---- 3.1, 3.2 CONNECT, CONNACK

  @Test
  void assignsAClientIdentifierAndTellsItsLimits() { // [MQTT-3.1.3-6], [MQTT-3.2.2-16]
    RawClient client = open();
    client.send(connect(5, "", true, 0));
    RawClient.Packet ack = client.read();
    assertThat(ack.u8(1)).isZero();
    assertThat(text(ack)).contains("auto-");
    assertThat(ack.body()).containsSequence(bytes(33, u16(1024))); // receive maximum
    assertThat(ack.body()).containsSequence(bytes(34, u16(32))); // topic alias maximum
    assertThat(ack.body()).containsSequence(bytes(39, u32(1 << 20))); // maximum packet size
  }

  @Test
  void takesASessionOver() { // [MQTT-3.1.4-3]
    RawClient first = client(5, "same");
    client(5, "same");
    RawClient.Packet last = first.read();
    assertThat(last.type()).isEqualTo(14);
    assertThat(last.u8(0)).isEqualTo(0x8E);
    assertThat(first.read()).isNull();
  }

  @Test
  void startsCleanOrResumes() { // [MQTT-3.1.2-4], [-5], [-6], [MQTT-3.2.2-2], [-3]
    keeping("s", false, false).close();
    keeping("s", false, true).close();
    keeping("s", true, false).close();
    RawClient third = open();
    third.send(connect(4, "s3", false, 0));
    assertThat(third.read().u8(0)).isZero();
    third.close();
    RawClient again = open();
    again.send(connect(4, "s3", false, 0));
    assertThat(again.read().u8(0)).isEqualTo(1);
  }

  @Test
  void endsASessionWithoutExpiryWithItsConnection() { // [MQTT-3.1.2-23]
    client(5, "short").send(packet(0xE0)).close();
    RawClient again = open();
    again.send(connect(5, "short", false, 0));
    assertThat(again.read().u8(0)).isZero();
  }

  @Test
  void acceptsPacketsBeforeConnack() { // §3.1.4, non-normative
    RawClient client = open();
    client.send(
        connect(4, "eager", true, 0), subscribe(4, 1, "e", 0), publish(4, 0x30, "e", 0, "x"));
    assertThat(client.read().type()).isEqualTo(2);
    assertThat(client.read().type()).isEqualTo(9);
    assertThat(client.read().body()).isEqualTo(bytes("e", raw("x")));
  }

  // ---- 3.1.2.5 will

  private static byte[] connectWithWill(String id, long expiry, byte[] willProperties, int flags) {
    return packet(
        0x10,
        "MQTT",
        5,
        2 | 4 | flags,
        u16(0),
        properties(17, u32(expiry)),
        id,
        willProperties,
        "will/" + id,
        "gone");
  }

  @Test
  void publishesTheWillUnlessTheClientSaysGoodbye() { // [MQTT-3.1.2-8], [MQTT-3.14.4-3]
    RawClient watcher = client(5, "watcher");
    subscribed(watcher, 5, "will/+", 1);
    RawClient polite = open();
    polite.send(connectWithWill("polite", 0, NONE, 8));
    polite.read();
    polite.send(packet(0xE0));
    RawClient rude = open();
    rude.send(connectWithWill("rude", 0, NONE, 8));
    rude.read();
    rude.reset();
    assertThat(text(watcher.read())).contains("will/rude").endsWith("gone");
    RawClient wishing = open();
    wishing.send(connectWithWill("wishing", 0, NONE, 8));
    wishing.read();
    wishing.send(packet(0xE0, 4)); // disconnect with will message
    assertThat(text(watcher.read())).contains("will/wishing");
    assertThat(watcher.isSilent(100)).isTrue();
  }

  @Test
  void delaysTheWillAndForgetsItWhenTheClientReturns() { // [MQTT-3.1.3-9]
    RawClient watcher = client(5, "watcher");
    subscribed(watcher, 5, "will/+", 0);
    byte[] delay = properties(24, u32(1));
    RawClient leaving = open();
    leaving.send(connectWithWill("a", 100, delay, 0));
    leaving.read();
    leaving.reset();
    RawClient returning = open();
    returning.send(connectWithWill("b", 100, delay, 0));
    returning.read();
    returning.reset();
    keeping("b", false, true);
    assertThat(watcher.isSilent(500)).isTrue();
    assertThat(text(watcher.read())).contains("will/a");
    assertThat(watcher.isSilent(300)).isTrue();
  }

  @Test
  void publishesADelayedWillAtTheLatestWhenTheSessionEnds() { // [MQTT-3.1.3-9]
    RawClient watcher = client(5, "watcher");
    subscribed(watcher, 5, "will/+", 0);
    RawClient leaving = open();
    leaving.send(connectWithWill("a", 1, properties(24, u32(1000)), 0));
    leaving.read();
    leaving.reset();
    assertThat(text(watcher.read())).contains("will/a");
  }

  // ---- 3.3 PUBLISH, 4.3 QoS

  @Test
  void acknowledgesByQos() { // [MQTT-4.3.2-4], [MQTT-4.3.3-8], [-11]
    RawClient client = client(5, "p");
    client.send(publish(5, 0x32, "nobody", 1, "x"));
    assertThat(client.read().toString()).isEqualTo("40:00011000"); // no matching subscribers
    subscribed(client(5, "sub"), 5, "t", 2);
    client.send(publish(5, 0x32, "t", 2, "x"));
    assertThat(client.read().toString()).isEqualTo("40:0002");
    client.send(publish(5, 0x34, "t", 3, "x"));
    assertThat(client.read().toString()).isEqualTo("50:0003");
    client.send(packet(0x62, u16(3)));
    assertThat(client.read().toString()).isEqualTo("70:0003");
    client.send(packet(0x62, u16(4)));
    assertThat(client.read().toString()).isEqualTo("70:00049200"); // packet identifier not found
  }

  @Test
  void deliversQos2Once() { // [MQTT-4.3.3-10]
    RawClient sub = client(4, "sub");
    subscribed(sub, 4, "t", 2);
    RawClient pub = client(4, "pub");
    pub.send(publish(4, 0x34, "t", 5, "x"), publish(4, 0x3C, "t", 5, "x"));
    assertThat(pub.read().toString()).isEqualTo("50:0005");
    RawClient.Packet message = sub.read();
    assertThat(message.header()).isEqualTo(0x34);
    sub.send(packet(0x50, u16(1)));
    assertThat(sub.read().toString()).isEqualTo("62:0001");
    sub.send(packet(0x70, u16(1)));
    assertThat(sub.isSilent(100)).isTrue();
  }

  @Test
  void sendsTheLowerOfBothQos() { // [MQTT-3.8.4-8]
    RawClient sub = client(4, "sub");
    subscribed(sub, 4, "t", 1);
    client(4, "pub").send(publish(4, 0x34, "t", 5, "x"), publish(4, 0x30, "t", 0, "y"));
    assertThat(sub.read().header()).isEqualTo(0x32);
    assertThat(sub.read().header()).isEqualTo(0x30);
  }

  @Test
  void forwardsPropertiesUnaltered() { // [MQTT-3.3.2-4], [-15], [-16], [-17], [-18], [-20]
    RawClient sub = client(5, "sub");
    subscribed(sub, 5, "t", 0);
    byte[] p =
        bytes(
            1,
            1,
            3,
            "text/x",
            8,
            "answer/here",
            9,
            "id-7",
            38,
            "b",
            "2",
            38,
            "a",
            "1",
            38,
            "b",
            "3");
    client(5, "pub").send(packet(0x30, "t", RawClient.varint(p.length), p, raw("x")));
    RawClient.Packet got = sub.read();
    assertThat(got.body()).containsSequence(bytes(1, 1));
    assertThat(got.body()).containsSequence(bytes(3, "text/x"));
    assertThat(got.body()).containsSequence(bytes(8, "answer/here"));
    assertThat(got.body()).containsSequence(bytes(9, "id-7"));
    assertThat(got.body())
        .containsSequence(bytes(38, "b", "2", 38, "a", "1", 38, "b", "3")); // in order
  }

  @Test
  void lessensTheExpiryIntervalAndDropsWhatExpired() { // [MQTT-3.3.2-5], [-6]
    keeping("sub", true, false).send(subscribe(5, 1, "t", 1)).read();
    clients.getLast().close();
    RawClient pub = client(5, "pub");
    pub.send(packet(0x32, "t", u16(1), properties(2, u32(1)), raw("old")));
    pub.send(packet(0x32, "t", u16(2), properties(2, u32(100)), raw("young")));
    pub.read();
    pub.read();
    assertThat(pub.isSilent(1200)).isTrue();
    RawClient.Packet got = keeping("sub", false, true).read();
    assertThat(text(got)).endsWith("young");
    int at = got.body().length - 5 - 5;
    assertThat(got.u8(at)).isEqualTo(2);
    assertThat(got.u16(at + 3)).isBetween(95, 99);
  }

  @Test
  void usesTopicAliasesBothWays() { // [MQTT-3.3.2-7] to [-12]
    RawClient sub = open();
    sub.send(connect(5, "sub", true, 0, properties(34, u16(1))));
    sub.read();
    subscribed(sub, 5, "#", 0);
    RawClient pub = client(5, "pub");
    pub.send(packet(0x30, "a/b", properties(35, u16(7)), raw("1")));
    pub.send(packet(0x30, "", properties(35, u16(7)), raw("2")));
    pub.send(packet(0x30, "c", properties(35, u16(7)), raw("3")));
    pub.send(packet(0x30, "", properties(35, u16(7)), raw("4")));
    assertThat(sub.read().body()).isEqualTo(bytes("a/b", properties(35, u16(1)), raw("1")));
    assertThat(sub.read().body()).isEqualTo(bytes("", properties(35, u16(1)), raw("2")));
    assertThat(sub.read().body()).isEqualTo(bytes("c", NONE, raw("3")));
    assertThat(sub.read().body()).isEqualTo(bytes("c", NONE, raw("4")));
  }

  // ---- 3.3.1.3 retained messages

  @Test
  void keepsTheLastRetainedMessage() { // [MQTT-3.3.1-5] to [-8]
    RawClient pub = client(4, "pub");
    pub.send(publish(4, 0x33, "r/1", 1, "a"), publish(4, 0x33, "r/1", 2, "b"));
    pub.send(publish(4, 0x33, "r/2", 3, "c"), publish(4, 0x33, "r/2", 4, ""));
    for (int i = 0; i < 4; i++) {
      pub.read();
    }
    RawClient sub = client(4, "sub");
    subscribed(sub, 4, "r/#", 0);
    RawClient.Packet got = sub.read();
    assertThat(got.header()).isEqualTo(0x31); // [MQTT-3.3.1-8] of 3.1.1
    assertThat(got.body()).isEqualTo(bytes("r/1", raw("b")));
    pub.send(publish(4, 0x31, "r/1", 0, "d"));
    assertThat(sub.read().header()).isEqualTo(0x30); // [MQTT-3.3.1-9] of 3.1.1
    assertThat(sub.isSilent(50)).isTrue();
  }

  @Test
  void heedsRetainHandlingAndRetainAsPublished() { // [MQTT-3.3.1-9] to [-13]
    RawClient pub = client(5, "pub");
    pub.send(publish(5, 0x33, "r", 1, "a")).read();
    RawClient sub = client(5, "sub");
    subscribed(sub, 5, "r", 0x20); // do not send
    assertThat(sub.isSilent(50)).isTrue();
    subscribed(sub, 5, "r", 0x18); // exists already; retain as published
    assertThat(sub.isSilent(50)).isTrue();
    pub.send(publish(5, 0x31, "r", 0, "b"));
    assertThat(sub.read().header()).isEqualTo(0x31);
    subscribed(sub, 5, "r", 0);
    assertThat(text(sub.read())).endsWith("b");
  }

  // ---- 3.8 SUBSCRIBE, 4.7 topics

  @Test
  void matchesWildcards() { // [MQTT-4.7.1-1] to [-3], [MQTT-4.7.2-1], §4.7.3
    RawClient sub = client(4, "sub");
    subscribed(sub, 4, "sport/#", 0);
    subscribed(sub, 4, "+/player", 0);
    subscribed(sub, 4, "/+", 0);
    RawClient pub = client(4, "pub");
    for (String topic : List.of("sport", "sport/tennis/x", "a/player", "/finish", "$x/player")) {
      pub.send(publish(4, 0x30, topic, 0, ""));
    }
    pub.send(publish(4, 0x30, "a/player/b", 0, ""), publish(4, 0x30, "sport/end", 0, ""));
    for (String topic : List.of("sport", "sport/tennis/x", "a/player", "/finish", "sport/end")) {
      assertThat(sub.read().body()).isEqualTo(bytes(topic));
    }
  }

  @Test
  void sendsOneCopyWithAllSubscriptionIdentifiers() { // [MQTT-3.3.4-2] to [-5]
    RawClient sub = client(5, "sub");
    sub.send(packet(0x82, u16(1), properties(11, 3), "a/+", 0)).read();
    sub.send(packet(0x82, u16(2), properties(11, RawClient.varint(200)), "a/#", 1)).read();
    client(5, "pub").send(publish(5, 0x32, "a/b", 1, "x"));
    RawClient.Packet got = sub.read();
    assertThat(got.header()).isEqualTo(0x32);
    assertThat(got.body()).containsSequence(bytes(11, 3));
    assertThat(got.body()).containsSequence(bytes(11, RawClient.varint(200)));
    assertThat(sub.isSilent(50)).isTrue();
  }

  @Test
  void sparesTheSenderWhenNoLocal() { // [MQTT-3.8.3-3]
    RawClient both = client(5, "both");
    subscribed(both, 5, "t", 4);
    both.send(publish(5, 0x30, "t", 0, "mine"));
    client(5, "other").send(publish(5, 0x30, "t", 0, "theirs"));
    assertThat(text(both.read())).endsWith("theirs");
  }

  @Test
  void unsubscribes() { // [MQTT-3.10.4-1] to [-6], [MQTT-3.11.3-1]
    RawClient sub = client(5, "sub");
    subscribed(sub, 5, "t", 0);
    sub.send(packet(0xA2, u16(4), NONE, "t", "never"));
    assertThat(sub.read().toString()).isEqualTo("b0:0004000011");
    sub.send(publish(5, 0x30, "t", 0, "x"));
    assertThat(sub.isSilent(50)).isTrue();
    RawClient three = client(4, "three");
    three.send(packet(0xA2, u16(5), "never"));
    assertThat(three.read().toString()).isEqualTo("b0:0005");
  }

  @Test
  void sharesMessagesAmongMembers() { // [MQTT-4.8.2-4]
    RawClient one = client(5, "one");
    RawClient two = client(5, "two");
    RawClient all = client(5, "all");
    subscribed(one, 5, "$share/g/t/+", 1);
    subscribed(two, 5, "$share/g/t/+", 1);
    subscribed(all, 5, "t/+", 0);
    RawClient pub = client(5, "pub");
    for (int i = 0; i < 10; i++) {
      pub.send(publish(5, 0x30, "t/" + i, 0, ""));
    }
    for (int i = 0; i < 5; i++) {
      assertThat(one.read().type()).isEqualTo(3);
      assertThat(two.read().type()).isEqualTo(3);
    }
    for (int i = 0; i < 10; i++) {
      assertThat(all.read().body()).isEqualTo(bytes("t/" + i, NONE));
    }
    assertThat(one.isSilent(50)).isTrue();
  }

  @Test
  void publishesSysTopicsToThoseWhoListen() { // §4.7.2
    try (TestBroker quick = new TestBroker(TestBroker.small(), true);
        RawClient sub = new RawClient(quick.port())) {
      sub.connected(4, "sub", true);
      subscribed(sub, 4, "$SYS/broker/clients/connected", 0);
      assertThat(sub.read().body()).isEqualTo(bytes("$SYS/broker/clients/connected", raw("1")));
    }
  }

  // ---- 4.4 redelivery, 4.6 order, 4.9 flow control

  @Test
  void endsClientsThatAnswerAMessageWithTheWrongPacket() { // §4.3.2, §4.3.3
    for (int version : List.of(4, 5)) {
      for (int wrong : List.of(0x50, 0x70)) {
        endsAfter(version, 1, wrong);
      }
      endsAfter(version, 2, 0x40);
      endsAfter(version, 2, 0x70);
      endsAfter(version, 2, 0x50, 0x40);
    }
  }

  private void endsAfter(int version, int qos, int... answers) {
    RawClient sub = client(version, "sub");
    subscribed(sub, version, "t", qos);
    client(version, "pub").send(publish(version, 0x30 | qos << 1, "t", 1, "x"));
    assertThat(sub.read().header()).isEqualTo(0x30 | qos << 1);
    for (int answer : answers) {
      sub.send(packet(answer, u16(1)));
    }
    RawClient.Packet next = sub.read();
    if (answers.length > 1) {
      assertThat(next.header()).isEqualTo(0x62);
      next = sub.read();
    }
    if (version == 5) {
      assertThat(next.toString()).isEqualTo("e0:8200");
      next = sub.read();
    }
    assertThat(next).isNull();
  }

  @Test
  void refusesWhatIsNoTextAndSaysItIs() { // §3.3.2.3.2
    RawClient sub = client(5, "sub");
    subscribed(sub, 5, "t", 2);
    RawClient pub = client(5, "pub");
    byte[] text = properties(1, 1);
    pub.send(packet(0x32, "t", u16(1), text, 0xC3, 0x28));
    assertThat(pub.read().toString()).startsWith("40:000199");
    pub.send(packet(0x34, "t", u16(2), text, 0xC3, 0x28));
    assertThat(pub.read().toString()).startsWith("50:000299");
    pub.send(packet(0x30, "t", text, 0xC3, 0x28), packet(0x30, "t", text, raw("\u00e9")));
    assertThat(text(sub.read())).endsWith("\u00e9");
  }

  @Test
  void redeliversInOrderWithTheSameIdentifiers() { // [MQTT-4.4.0-1], [MQTT-4.6.0-1], [3.3.1-1]
    RawClient sub = keeping("sub", true, false);
    subscribed(sub, 5, "t", 2);
    RawClient pub = client(5, "pub");
    pub.send(publish(5, 0x32, "t", 1, "1"), publish(5, 0x34, "t", 2, "2"));
    assertThat(sub.read().header()).isEqualTo(0x32);
    assertThat(sub.read().header()).isEqualTo(0x34);
    sub.send(packet(0x50, u16(2)));
    assertThat(sub.read().toString()).isEqualTo("62:0002");
    pub.send(publish(5, 0x32, "t", 3, "3"));
    assertThat(sub.read().header()).isEqualTo(0x32);
    sub.reset();
    RawClient again = keeping("sub", false, true);
    assertThat(again.read().toString()).isEqualTo("62:0002");
    RawClient.Packet first = again.read();
    assertThat(first.header()).isEqualTo(0x3A);
    assertThat(first.body()).isEqualTo(bytes("t", u16(1), NONE, raw("1")));
    RawClient.Packet third = again.read();
    assertThat(third.header()).isEqualTo(0x3A);
    assertThat(third.body()).isEqualTo(bytes("t", u16(3), NONE, raw("3")));
    again.send(packet(0x40, u16(1)), packet(0x40, u16(3)), packet(0x70, u16(2)));
    again.send(packet(0xC0));
    assertThat(again.read().type()).isEqualTo(13); // [MQTT-3.12.4-1]
    again.close();
    assertThat(keeping("sub", false, true).isSilent(50)).isTrue();
  }

  @Test
  void heedsTheClientsReceiveMaximum() { // [MQTT-3.1.2.11.3], [MQTT-4.9.0-1], [-2]
    RawClient sub = open();
    sub.send(connect(5, "sub", true, 0, properties(33, u16(2))));
    sub.read();
    subscribed(sub, 5, "t", 2);
    RawClient pub = client(5, "pub");
    for (int id = 1; id <= 4; id++) {
      pub.send(publish(5, 0x34, "t", id, "" + id));
    }
    sub.read();
    sub.read();
    assertThat(sub.isSilent(50)).isTrue();
    sub.send(packet(0x50, u16(1)));
    assertThat(sub.read().type()).isEqualTo(6);
    assertThat(sub.isSilent(50)).isTrue();
    sub.send(packet(0x70, u16(1)));
    assertThat(text(sub.read())).endsWith("3");
  }

  @Test
  void endsClientsThatExceedItsReceiveMaximum() { // [MQTT-3.3.4-9]
    try (TestBroker small = new TestBroker(TestBroker.small(), true);
        RawClient client = new RawClient(small.port())) {
      client.connected(5, "greedy", true);
      for (int id = 1; id <= 9; id++) {
        client.send(publish(5, 0x34, "t", id, "x"));
      }
      RawClient.Packet last = client.read();
      while (last.type() == 5) {
        last = client.read();
      }
      assertThat(last.toString()).isEqualTo("e0:9300");
    }
  }

  @Test
  void sendsNothingLargerThanTheClientTakes() { // [MQTT-3.1.2-24], [-25]
    RawClient sub = open();
    sub.send(connect(5, "sub", true, 0, properties(39, u32(40))));
    sub.read();
    subscribed(sub, 5, "t", 1);
    RawClient pub = client(5, "pub");
    pub.send(publish(5, 0x32, "t", 1, "x".repeat(100)), publish(5, 0x30, "t", 0, "x".repeat(100)));
    pub.send(publish(5, 0x32, "t", 2, "short"));
    assertThat(text(sub.read())).endsWith("short");
  }

  @Test
  void offersResponseInformation() { // [MQTT-3.1.2-28]
    RawClient client = open();
    client.send(connect(5, "asker", true, 0, properties(25, 1)));
    assertThat(client.read().body()).containsSequence(bytes(26, "response/asker"));
  }
}
