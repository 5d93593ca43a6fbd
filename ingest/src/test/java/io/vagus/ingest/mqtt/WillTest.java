package io.vagus.ingest.mqtt;

import static io.vagus.ingest.mqtt.RawClient.packet;
import static io.vagus.ingest.mqtt.RawClient.properties;
import static io.vagus.ingest.mqtt.RawClient.u16;
import static io.vagus.ingest.mqtt.RawClient.u32;
import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.kit.ErrorCode;
import io.vagus.model.Device;
import io.vagus.model.DeviceId;
import io.vagus.model.Envelope;
import io.vagus.model.Transport;
import io.vagus.registry.Registry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A device's will goes where its messages go: to the platform, once, over restart and kill. */
class WillTest {
  private static final Duration SOON = Duration.ofSeconds(5);
  private static final byte[] NONE = properties();
  private final TestBroker broker = new TestBroker(TestBroker.small(), false);
  private RawClient device;

  @AfterEach
  void stop() {
    device.close();
    broker.close();
  }

  /** d1, with a will on its own topic; what it sent is durable. */
  private void connect(byte[] willProperties) {
    device = new RawClient(broker.port());
    device.send(
        packet(
            0x10,
            "MQTT",
            5,
            0xC0 | 4 | 2,
            u16(0),
            properties(17, u32(3600)),
            "c1",
            willProperties,
            "v1/d1/events",
            "gone",
            "d1",
            TestBroker.SECRET));
    assertThat(device.read().u8(1)).isZero();
    device.send(packet(0x82, u16(1), NONE, "v1/d1/errors", 0));
    assertThat(device.read().type()).isEqualTo(9);
  }

  private List<String> ingested() {
    return broker.envelopes().stream()
        .map(e -> new String(e.payload(), StandardCharsets.UTF_8))
        .toList();
  }

  private void expectWill() {
    eventually(SOON, "the platform has the will", () -> ingested().equals(List.of("gone")));
    Envelope will = broker.envelopes().getFirst();
    assertThat(will.device()).isEqualTo(new DeviceId("d1"));
    assertThat(will.channel()).isEqualTo(io.vagus.model.Channel.EVENTS);
    assertThat(will.messageId()).get().asString().startsWith("will-");
    assertThat(broker.ingest.arrivals().received(Transport.MQTT)).isEqualTo(1);
  }

  @Test
  void reachesThePlatformWhenTheConnectionIsLost() {
    connect(NONE);
    device.reset();
    expectWill();
  }

  @Test
  void reachesThePlatformWhenTheServerIsKilled() {
    connect(NONE);
    broker.kill();
    expectWill();
    broker.kill();
    broker.restart();
    assertThat(broker.envelopes().stream().map(Envelope::messageId).distinct()).hasSize(1);
  }

  @Test
  void reachesThePlatformWhenTheServerStops() {
    connect(NONE);
    broker.restart();
    assertThat(ingested()).containsExactly("gone");
    broker.restart();
    assertThat(ingested()).containsExactly("gone");
  }

  @Test
  void keepsItsDelayOverAKill() {
    connect(properties(24, u32(1)));
    device.reset();
    eventually(
        SOON,
        "the connection is gone",
        () -> broker.meters.find("vagus.mqtt.connections").gauge().value() == 0);
    broker.kill();
    assertThat(ingested()).isEmpty();
    expectWill();
  }

  @Test
  void keepsItsOwnMessageId() {
    connect(properties(38, "message-id", "bye-1"));
    device.reset();
    eventually(SOON, "the platform has the will", () -> ingested().equals(List.of("gone")));
    assertThat(broker.envelopes().getFirst().messageId()).contains("bye-1");
  }

  @Test
  void waitsForRoomInTheJournalAlsoOverAKill() {
    connect(NONE);
    long before = broker.sessions.endOffset();
    broker.messages.hold();
    device.reset();
    eventually(SOON, "the will is on its way", () -> broker.messages.held() == 1);
    assertThat(broker.sessions.endOffset()).isGreaterThan(before);
    broker.kill();
    expectWill();
  }

  @Test
  void ofASuspendedDeviceIsRefusedAndCounted() {
    connect(properties(24, u32(1)));
    device.reset();
    broker.registry.updateDevice(
        new DeviceId("d1"),
        Registry.DevicePatch.NOTHING.withStatus(Device.Status.SUSPENDED),
        OptionalLong.empty());
    broker.kill();
    eventually(
        SOON,
        "it is refused",
        () ->
            broker.meters.find("vagus.ingest.refused").functionCounters().stream()
                .anyMatch(
                    c -> c.getId().getTag("reason").equals(ErrorCode.DEVICE_SUSPENDED.code())));
    assertThat(ingested()).isEmpty();
  }
}
