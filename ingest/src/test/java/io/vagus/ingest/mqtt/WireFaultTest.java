package io.vagus.ingest.mqtt;

import static io.vagus.ingest.mqtt.RawClient.bytes;
import static io.vagus.ingest.mqtt.RawClient.connect;
import static io.vagus.ingest.mqtt.RawClient.packet;
import static io.vagus.ingest.mqtt.RawClient.properties;
import static io.vagus.ingest.mqtt.RawClient.raw;
import static io.vagus.ingest.mqtt.RawClient.u16;
import static io.vagus.ingest.mqtt.RawClient.u32;
import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.testkit.Eventually;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each packet that breaks the standard ends its connection, with the reason, and is counted. */
class WireFaultTest {
  private static final byte[] NONE = properties();
  private static TestBroker broker;

  @BeforeAll
  static void start() {
    broker = new TestBroker(TestBroker.small(), true);
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  static Stream<Arguments> faultsOfMqtt5() {
    byte[] surrogate = {0, 3, (byte) 0xED, (byte) 0xA0, (byte) 0x80};
    byte[] overlong = {0, 2, (byte) 0xC0, (byte) 0x80};
    byte[] cut = {0, 2, (byte) 0xE2, (byte) 0x82};
    return Stream.of(
        Arguments.of("a second CONNECT [MQTT-3.1.0-2]", 0x82, connect(5, "x", true, 0)),
        Arguments.of("packet type 0", 0x82, packet(0x00)),
        Arguments.of("CONNACK from a client", 0x82, packet(0x20, 0, 0, NONE)),
        Arguments.of("PINGRESP from a client", 0x82, packet(0xD0)),
        Arguments.of("QoS 3 [MQTT-3.3.1-4]", 0x81, packet(0x36, "a", u16(1), NONE)),
        Arguments.of("DUP at QoS 0 [MQTT-3.3.1-2]", 0x81, packet(0x38, "a", NONE)),
        Arguments.of("packet id 0 [MQTT-2.2.1-3]", 0x82, packet(0x32, "a", u16(0), NONE)),
        Arguments.of("wildcard in a topic [MQTT-3.3.2-2]", 0x81, packet(0x30, "a/+", NONE)),
        Arguments.of("wildcard in a topic", 0x81, packet(0x30, "#", NONE)),
        Arguments.of("too many levels", 0x90, packet(0x30, "/".repeat(200), NONE)),
        Arguments.of(
            "too many levels to subscribe", 0x8F, packet(0x82, u16(1), NONE, "/".repeat(200), 0)),
        Arguments.of("a control character (§1.5.4)", 0x81, packet(0x30, "a\n", NONE)),
        Arguments.of("U+0085 in a filter (§1.5.4)", 0x81, packet(0x82, u16(1), NONE, "\u0085", 0)),
        Arguments.of(
            "server reference from a client", 0x82, packet(0xE0, 0, properties(28, "elsewhere"))),
        Arguments.of("empty topic without alias", 0x82, packet(0x30, "", NONE)),
        Arguments.of(
            "unknown topic alias (§3.3.2.3.4)", 0x82, packet(0x30, "", properties(35, u16(3)))),
        Arguments.of(
            "topic alias 0 [MQTT-3.3.2-8]", 0x94, packet(0x30, "a", properties(35, u16(0)))),
        Arguments.of(
            "topic alias too high [MQTT-3.3.2-9]", 0x94, packet(0x30, "a", properties(35, u16(5)))),
        Arguments.of("U+0000 [MQTT-1.5.4-2]", 0x81, packet(0x30, "a\0b", NONE)),
        Arguments.of("a surrogate [MQTT-1.5.4-1]", 0x81, packet(0x30, surrogate, NONE)),
        Arguments.of("overlong UTF-8", 0x81, packet(0x30, overlong, NONE)),
        Arguments.of("UTF-8 cut short", 0x81, packet(0x30, cut, NONE)),
        Arguments.of("string beyond the packet", 0x81, packet(0x30, u16(500), raw("a"))),
        Arguments.of("property length beyond the packet", 0x81, packet(0x30, "a", 99)),
        Arguments.of("unknown property", 0x81, packet(0x30, "a", properties(99))),
        Arguments.of(
            "property of another packet (§2.2.2.2)",
            0x81,
            packet(0x30, "a", properties(17, u32(1)))),
        Arguments.of(
            "subscription identifier from a client [MQTT-3.3.4-6]",
            0x82,
            packet(0x30, "a", properties(11, 1))),
        Arguments.of("property twice", 0x82, packet(0x30, "a", properties(1, 0, 1, 0))),
        Arguments.of("payload format 2", 0x82, packet(0x30, "a", properties(1, 2))),
        Arguments.of(
            "wildcard in response topic [MQTT-3.3.2-14]",
            0x82,
            packet(0x30, "a", properties(8, "r/#"))),
        Arguments.of("SUBSCRIBE flags [MQTT-3.8.1-1]", 0x81, packet(0x80, u16(1), NONE, "a", 0)),
        Arguments.of("SUBSCRIBE without filter [MQTT-3.8.3-2]", 0x82, packet(0x82, u16(1), NONE)),
        Arguments.of("SUBSCRIBE packet id 0", 0x82, packet(0x82, u16(0), NONE, "a", 0)),
        Arguments.of(
            "reserved options [MQTT-3.8.3-5]", 0x81, packet(0x82, u16(1), NONE, "a", 0x40)),
        Arguments.of("subscribe QoS 3", 0x81, packet(0x82, u16(1), NONE, "a", 3)),
        Arguments.of("retain handling 3", 0x82, packet(0x82, u16(1), NONE, "a", 0x30)),
        Arguments.of(
            "no local of a share [MQTT-3.8.3-4]",
            0x82,
            packet(0x82, u16(1), NONE, "$share/g/a", 4)),
        Arguments.of("# not last [MQTT-4.7.1-1]", 0x81, packet(0x82, u16(1), NONE, "a/#/b", 0)),
        Arguments.of("+ not alone [MQTT-4.7.1-2]", 0x81, packet(0x82, u16(1), NONE, "a+", 0)),
        Arguments.of("empty filter [MQTT-4.7.3-1]", 0x81, packet(0x82, u16(1), NONE, "", 0)),
        Arguments.of(
            "share without name [MQTT-4.8.2-1]", 0x81, packet(0x82, u16(1), NONE, "$share//a", 0)),
        Arguments.of(
            "share without filter [MQTT-4.8.2-2]", 0x81, packet(0x82, u16(1), NONE, "$share/g", 0)),
        Arguments.of(
            "subscription identifier 0", 0x82, packet(0x82, u16(1), properties(11, 0), "a", 0)),
        Arguments.of("UNSUBSCRIBE flags [MQTT-3.10.1-1]", 0x81, packet(0xA0, u16(1), NONE, "a")),
        Arguments.of(
            "UNSUBSCRIBE without filter [MQTT-3.10.3-2]", 0x82, packet(0xA2, u16(1), NONE)),
        Arguments.of("PUBREL flags [MQTT-3.6.1-1]", 0x81, packet(0x60, u16(1))),
        Arguments.of("PUBACK reserved flags [MQTT-2.1.3-1]", 0x81, packet(0x41, u16(1))),
        Arguments.of("PUBACK cut short", 0x81, packet(0x40, 1)),
        Arguments.of("PUBACK with an unknown reason", 0x82, packet(0x40, u16(1), 0x77)),
        Arguments.of("PINGREQ with content", 0x81, packet(0xC0, 1)),
        Arguments.of("DISCONNECT flags [MQTT-3.14.1-1]", 0x81, packet(0xE1)),
        Arguments.of(
            "session expiry raised from 0 by DISCONNECT",
            0x82,
            packet(0xE0, 0, properties(17, u32(10)))),
        Arguments.of(
            "AUTH without a method in CONNECT", 0x82, packet(0xF0, 0x18, properties(21, "m"))),
        Arguments.of(
            "remaining length of 5 bytes", 0x81, bytes(0x30, 0xFF, 0xFF, 0xFF, 0xFF, 0x01)),
        Arguments.of("a packet larger than said in CONNACK", 0x95, bytes(0x30, 0xFF, 0xFF, 0x7F)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faultsOfMqtt5")
  void endsTheConnectionWithTheReason(String what, int reason, byte[] bad) {
    String label = ReasonCode.of(reason).label();
    double before = broker.count("vagus.mqtt.disconnects", "reason", label);
    try (RawClient client = new RawClient(broker.port())) {
      assertThat(client.connected(5, "fault", true).u8(1)).isZero();
      client.send(bad);
      RawClient.Packet last = client.read();
      assertThat(last).as(what).isNotNull();
      assertThat(last.type()).as(what).isEqualTo(14);
      assertThat(last.u8(0)).as(what).isEqualTo(reason);
      assertThat(client.read()).isNull();
    }
    assertThat(broker.count("vagus.mqtt.disconnects", "reason", label)).isEqualTo(before + 1);
  }

  static Stream<Arguments> faultsOfMqtt311() {
    return Stream.of(
        Arguments.of("a second CONNECT [MQTT-3.1.0-2]", connect(4, "x", true, 0)),
        Arguments.of("QoS 3 [MQTT-3.3.1-4]", packet(0x36, "a", u16(1))),
        Arguments.of("wildcard in a topic [MQTT-3.3.2-2]", packet(0x30, "a/#")),
        Arguments.of("empty topic [MQTT-4.7.3-1]", packet(0x30, "")),
        Arguments.of("packet id 0 [MQTT-2.3.1-1]", packet(0x32, "a", u16(0))),
        Arguments.of("SUBSCRIBE flags [MQTT-3.8.1-1]", packet(0x80, u16(1), "a", 0)),
        Arguments.of("SUBSCRIBE reserved options [MQTT-3-8.3-4]", packet(0x82, u16(1), "a", 4)),
        Arguments.of("SUBSCRIBE without filter [MQTT-3.8.3-3]", packet(0x82, u16(1))),
        Arguments.of("bad filter [MQTT-4.7.1-2]", packet(0x82, u16(1), "#/a", 0)),
        Arguments.of("PUBACK with more than an id", packet(0x40, u16(1), 0)),
        Arguments.of("DISCONNECT flags [MQTT-3.14.1-1]", packet(0xE2)),
        Arguments.of("AUTH", packet(0xF0)),
        Arguments.of("U+0000 [MQTT-1.5.3-2]", packet(0x30, "a\0")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faultsOfMqtt311")
  void closesMqtt311WithoutAWord(String what, byte[] bad) {
    try (RawClient client = new RawClient(broker.port())) {
      assertThat(client.connected(4, "fault", true).u8(1)).isZero();
      client.send(bad);
      assertThat(client.read()).as(what).isNull();
    }
  }

  static Stream<Arguments> badConnects() {
    return Stream.of(
        Arguments.of("MQTT 3.1", packet(0x10, "MQIsdp", 3, 2, u16(0), "c"), 1),
        Arguments.of("level 6", packet(0x10, "MQTT", 6, 2, u16(0), NONE, "c"), 0x84),
        Arguments.of(
            "another name [MQTT-3.1.2-1]", packet(0x10, "HTTP", 5, 2, u16(0), NONE, "c"), 0x84),
        Arguments.of(
            "reserved flag [MQTT-3.1.2-3]", packet(0x10, "MQTT", 5, 3, u16(0), NONE, "c"), 0x81),
        Arguments.of(
            "will QoS without will [MQTT-3.1.2-11]",
            packet(0x10, "MQTT", 5, 0x0A, u16(0), NONE, "c"),
            0x81),
        Arguments.of(
            "will QoS 3 [MQTT-3.1.2-12]",
            packet(0x10, "MQTT", 5, 0x1E, u16(0), NONE, "c", NONE, "w", "x"),
            0x81),
        Arguments.of(
            "will without message", packet(0x10, "MQTT", 5, 6, u16(0), NONE, "c", NONE, "w"), 0x81),
        Arguments.of(
            "will with wildcard",
            packet(0x10, "MQTT", 5, 6, u16(0), NONE, "c", NONE, "w/#", "x"),
            0x81),
        Arguments.of(
            "receive maximum 0",
            packet(0x10, "MQTT", 5, 2, u16(0), properties(33, u16(0)), "c"),
            0x82),
        Arguments.of(
            "property of another packet (§2.2.2.2)",
            packet(0x10, "MQTT", 5, 2, u16(0), properties(35, u16(1)), "c"),
            0x81),
        Arguments.of(
            "a control character in the client id (§1.5.4)",
            packet(0x10, "MQTT", 5, 2, u16(0), NONE, "a\tb"),
            0x81),
        Arguments.of(
            "a will that is no text and says so",
            packet(0x10, "MQTT", 5, 6, u16(0), NONE, "c", properties(1, 1), "w", u16(1), 0xFF),
            0x99),
        Arguments.of(
            "a client that takes no packet as large as CONNACK [MQTT-3.1.2-24]",
            packet(0x10, "MQTT", 5, 2, u16(0), properties(39, u32(15)), "c"),
            -1),
        Arguments.of(
            "authentication data alone",
            packet(0x10, "MQTT", 5, 2, u16(0), properties(22, "x"), "c"),
            0x82),
        Arguments.of(
            "more than the packet holds", packet(0x10, "MQTT", 5, 2, u16(0), NONE, "c", 7), 0x81),
        Arguments.of(
            "password without user name, 3.1.1",
            packet(0x10, "MQTT", 4, 0x42, u16(0), "c", "p"),
            -1),
        Arguments.of(
            "enhanced authentication (§4.12)",
            packet(0x10, "MQTT", 5, 2, u16(0), properties(21, "SCRAM"), "c"),
            0x8C),
        Arguments.of(
            "no client id, no clean session [MQTT-3.1.3-8]",
            packet(0x10, "MQTT", 4, 0, u16(0), ""),
            2),
        Arguments.of("not CONNECT first [MQTT-3.1.0-1]", packet(0x30, "a", NONE), -1),
        Arguments.of("HTTP", raw("GET / HTTP/1.1\r\n\r\n"), -1),
        Arguments.of("TLS on the plain port", bytes(0x16, 3, 1, 2, 0, 1, 0, 1, 0xFC, 3, 3), -1));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badConnects")
  void refusesABadConnect(String what, byte[] bad, int code) {
    try (RawClient client = new RawClient(broker.port())) {
      client.send(bad);
      RawClient.Packet answer = client.read();
      if (code < 0) {
        assertThat(answer).as(what).isNull();
      } else {
        assertThat(answer.type()).as(what).isEqualTo(2);
        assertThat(answer.u8(0)).isZero(); // [MQTT-3.2.2-6]
        assertThat(answer.u8(1)).as(what).isEqualTo(code);
        assertThat(client.read()).isNull();
      }
    }
  }

  @Test
  void closesAConnectionThatSaysNothing() {
    try (RawClient client = new RawClient(broker.port())) {
      assertThat(client.read()).isNull(); // after the connect timeout of 500 ms
    }
    assertThat(broker.count("vagus.mqtt.refusals", "reason", "keep-alive-timeout")).isEqualTo(1);
  }

  @Test
  void endsAConnectionAfterOneAndAHalfKeepAlives() { // [MQTT-3.1.2-22]
    try (RawClient client = new RawClient(broker.port())) {
      client.send(connect(5, "sleepy", true, 1));
      assertThat(client.read().u8(1)).isZero();
      long began = System.nanoTime();
      RawClient.Packet last = client.read();
      assertThat(last.u8(0)).isEqualTo(0x8D);
      assertThat(System.nanoTime() - began).isBetween(1_400_000_000L, 2_500_000_000L);
    }
  }

  @Test
  void bytesThatBecomeNoPacketDoNotKeepAConnectionAlive() { // [MQTT-3.1.2-22]
    try (RawClient client = new RawClient(broker.port())) {
      client.send(connect(5, "dripping", true, 1));
      assertThat(client.read().u8(1)).isZero();
      client.send(bytes(0x30, RawClient.varint(60_000)));
      Eventually.eventually(
          Duration.ofSeconds(10), "it is ended", () -> client.send(new byte[1]).hasInput());
      assertThat(client.read().u8(0)).isEqualTo(0x8D);
    }
  }

  @Test
  void bytesThatBecomeNoConnectAreCutOff() {
    try (RawClient client = new RawClient(broker.port())) {
      client.send(bytes(0x10, RawClient.varint(60_000)));
      Eventually.eventually(
          Duration.ofSeconds(10), "it is cut off", () -> client.send(new byte[1]).hasEnded());
    }
  }

  @Test
  void takesAPacketByteByByte() {
    try (RawClient client = new RawClient(broker.port())) {
      for (byte b : connect(5, "slow", true, 0)) {
        client.send(new byte[] {b});
      }
      assertThat(client.read().u8(1)).isZero();
    }
  }

  @Test
  void forgetsConnectionsThatAreReset() {
    try (RawClient client = new RawClient(broker.port())) {
      client.connected(5, "gone", true);
      client.reset();
    }
    Eventually.eventually(
        Duration.ofSeconds(5),
        "no connection is left",
        () ->
            broker.meters.find("vagus.mqtt.connections").tag("listener", "mqtt").gauge().value()
                == 0);
  }
}
