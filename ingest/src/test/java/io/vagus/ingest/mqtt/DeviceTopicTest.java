package io.vagus.ingest.mqtt;

import static io.vagus.ingest.mqtt.RawClient.bytes;
import static io.vagus.ingest.mqtt.RawClient.packet;
import static io.vagus.ingest.mqtt.RawClient.properties;
import static io.vagus.ingest.mqtt.RawClient.publish;
import static io.vagus.ingest.mqtt.RawClient.raw;
import static io.vagus.ingest.mqtt.RawClient.subscribe;
import static io.vagus.ingest.mqtt.RawClient.u16;
import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.kit.ErrorCode;
import io.vagus.model.Channel;
import io.vagus.model.DeviceId;
import io.vagus.model.Envelope;
import io.vagus.model.Refusals;
import io.vagus.testkit.Eventually;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Device topics lead to the platform, and the acknowledgement follows what it says. */
class DeviceTopicTest {
  private final TestBroker broker = TestBroker.guarded();

  @AfterEach
  void stop() {
    broker.close();
  }

  private static byte[] login(int version, String name) {
    return version == 5
        ? packet(0x10, "MQTT", 5, 0xC2, u16(0), properties(), "c-" + name, name, TestBroker.SECRET)
        : packet(0x10, "MQTT", 4, 0xC2, u16(0), "c-" + name, name, TestBroker.SECRET);
  }

  private RawClient device(int version, String name) {
    RawClient client = new RawClient(broker.port());
    client.send(login(version, name));
    assertThat(client.read().u8(1)).isZero();
    return client;
  }

  @Test
  void handsTelemetryToTheLaneAndAcknowledgesWhenDurable() {
    broker.messages.hold();
    try (RawClient d = device(4, "d1")) {
      for (int id = 1; id <= 20; id++) {
        d.send(publish(4, 0x32, "v1/d1/telemetry", id, "{\"t\":" + id + "}"));
      }
      Eventually.eventually(
          Duration.ofSeconds(5), "the journal has a batch", () -> broker.messages.held() > 0);
      assertThat(d.isSilent(50)).isTrue();
      broker.messages.release();
      for (int id = 1; id <= 20; id++) { // [MQTT-4.6.0-2]
        assertThat(d.read().toString()).isEqualTo("40:" + String.format("%04x", id));
      }
    }
    Envelope first = broker.envelopes().getFirst();
    assertThat(first.device()).isEqualTo(new DeviceId("d1"));
    assertThat(first.channel()).isEqualTo(Channel.TELEMETRY);
    assertThat(first.packetId()).isEqualTo(1);
    assertThat(new String(first.payload(), StandardCharsets.UTF_8)).isEqualTo("{\"t\":1}");
    assertThat(broker.sessions.endOffset()).isZero(); // clean sessions leave no trace on disk
  }

  @Test
  void takesContentTypeAndMessageIdFromProperties() {
    try (RawClient d = device(5, "d1")) {
      byte[] p = properties(3, "Application/JSON", 38, "message-id", "m7");
      d.send(packet(0x3A, "v1/d1/events", u16(9), p, raw("x")));
      assertThat(d.read().toString()).isEqualTo("40:0009");
    }
    Envelope e = broker.envelopes().getFirst();
    assertThat(e.contentType()).isEqualTo("application/json");
    assertThat(e.messageId()).isEqualTo(Optional.of("m7"));
    assertThat(e.redelivery()).isTrue();
    assertThat(e.channel()).isEqualTo(Channel.EVENTS);
  }

  @Test
  void tellsMqtt5OfADeadLetter() {
    try (RawClient five = device(5, "d2");
        RawClient three = device(4, "d3")) {
      five.send(publish(5, 0x32, "v1/d2/telemetry", 3, "bad"));
      RawClient.Packet ack = five.read();
      assertThat(ack.u8(2)).isEqualTo(0x99);
      assertThat(new String(ack.body(), StandardCharsets.UTF_8)).contains("payload: bad");
      three.send(publish(4, 0x32, "v1/d3/telemetry", 4, "bad"));
      assertThat(three.read().toString()).isEqualTo("40:0004"); // it is durable; no word for more
    }
  }

  @Test
  void refusesTheTopicsOfOthers() {
    try (RawClient five = device(5, "d2");
        RawClient three = device(4, "d3")) {
      five.send(publish(5, 0x32, "v1/other/telemetry", 3, "x"));
      assertThat(five.read().u8(2)).isEqualTo(0x87);
      five.send(publish(5, 0x32, "v1/d2/telemetry", 4, "x"));
      assertThat(five.read().toString()).isEqualTo("40:0004");
      five.send(subscribe(5, 5, "v1/+/telemetry", 0));
      assertThat(five.read().u8(3)).isEqualTo(0x87);
      three.send(subscribe(4, 5, "#", 0));
      assertThat(three.read().u8(2)).isEqualTo(0x80);
      three.send(publish(4, 0x32, "v1/other/telemetry", 3, "x"));
      assertThat(three.read()).isNull();
    }
    assertThat(broker.envelopes()).hasSize(1);
    broker.ingest.close(); // tells the journal what was refused
    assertThat(broker.refusals().stream().mapToLong(Refusals.Tally::count).sum()).isEqualTo(2);
    assertThat(broker.refusals()).allMatch(t -> t.reason() == ErrorCode.NOT_AUTHORIZED);
  }

  @Test
  void answersTimeExchange() {
    try (RawClient d = device(4, "d1")) {
      d.send(subscribe(4, 1, "v1/d1/time/reply", 0));
      assertThat(d.read().type()).isEqualTo(9);
      d.send(publish(4, 0x30, "v1/d1/time", 0, "{\"t0\": 12}"));
      String answer = new String(d.read().body(), StandardCharsets.UTF_8);
      assertThat(answer).containsPattern("\\{\"t0\":12,\"t1\":\\d{16},\"t2\":\\d{16}}");
    }
    Eventually.eventually(
        Duration.ofSeconds(5), "it is journaled too", () -> !broker.envelopes().isEmpty());
    assertThat(broker.envelopes().getFirst().channel()).isEqualTo(Channel.TIME);
  }

  @Test
  void deliversTelemetryToApplicationsThatHoldAGrant() {
    try (RawClient app = device(4, "app1");
        RawClient d = device(4, "d1")) {
      app.send(subscribe(4, 1, "v1/+/telemetry", 1));
      assertThat(app.read().u8(2)).isEqualTo(1);
      d.send(publish(4, 0x32, "v1/d1/telemetry", 4, "x"));
      assertThat(d.read().toString()).isEqualTo("40:0004");
      assertThat(app.read().body()).isEqualTo(bytes("v1/d1/telemetry", u16(1), raw("x")));
      app.send(publish(4, 0x30, "v1/d1/telemetry", 0, "forged"));
      assertThat(app.read()).isNull();
    }
  }

  @Test
  void journalsAQos2MessageOnce() {
    try (RawClient d = device(4, "d1")) {
      d.send(publish(4, 0x34, "v1/d1/telemetry", 7, "x"));
      assertThat(d.read().toString()).isEqualTo("50:0007");
      d.send(publish(4, 0x3C, "v1/d1/telemetry", 7, "x"));
      assertThat(d.read().toString()).isEqualTo("50:0007");
      d.send(packet(0x62, u16(7)));
      assertThat(d.read().toString()).isEqualTo("70:0007");
    }
    assertThat(broker.envelopes()).hasSize(1);
  }

  @Test
  void publishesDownToADevice() {
    try (RawClient d = device(4, "d1")) {
      d.send(subscribe(4, 1, "v1/d1/commands/+", 1));
      assertThat(d.read().u8(2)).isEqualTo(1);
      assertThat(
              broker
                  .ingest
                  .publishToDevice(new DeviceId("d1"), Optional.empty(), "commands/a", raw("go"), 1)
                  .join())
          .isTrue();
      assertThat(d.read().body()).isEqualTo(bytes("v1/d1/commands/a", u16(1), raw("go")));
      assertThat(
              broker
                  .ingest
                  .publishToDevice(new DeviceId("d2"), Optional.empty(), "commands/a", raw("go"), 1)
                  .join())
          .isFalse();
    }
  }
}
