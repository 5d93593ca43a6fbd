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
import io.vagus.model.DeviceId;
import io.vagus.model.Envelope;
import io.vagus.model.Refusals;
import io.vagus.registry.Edit;
import io.vagus.registry.Registry.DevicePatch;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A gateway, d1, speaks and listens for the device behind it, d2, and for no other. */
class GatewayTopicTest {
  private static final DeviceId GATEWAY = new DeviceId("d1");
  private static final DeviceId CHILD = new DeviceId("d2");

  private final TestBroker broker = TestBroker.guarded();

  @BeforeEach
  void placeTheChild() {
    place(new Edit.Put<>(GATEWAY));
  }

  private void place(Edit<DeviceId> gateway) {
    assertThat(
            broker
                .registry
                .updateDevice(CHILD, DevicePatch.NOTHING.withGateway(gateway), OptionalLong.empty())
                .gateway())
        .isEqualTo(gateway.on(Optional.empty()));
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  private RawClient connect(String name) {
    RawClient client = new RawClient(broker.port());
    client.send(
        packet(0x10, "MQTT", 5, 0xC2, u16(0), properties(), "c-" + name, name, TestBroker.SECRET));
    assertThat(client.read().u8(1)).isZero();
    return client;
  }

  private static int reason(RawClient client, String topic, int id) {
    client.send(publish(5, 0x32, topic, id, "x"));
    RawClient.Packet ack = client.read();
    return ack.body().length > 2 ? ack.u8(2) : 0;
  }

  @Test
  void sendsForItsChildAndTheEnvelopeSaysSo() {
    try (RawClient gateway = connect("d1")) {
      assertThat(reason(gateway, "v1/d1/via/d2/telemetry", 1)).isZero();
      assertThat(reason(gateway, "v1/d1/telemetry", 2)).isZero();
    }
    assertThat(broker.envelopes())
        .extracting(Envelope::device, Envelope::gateway)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(CHILD, Optional.of(GATEWAY)),
            org.assertj.core.groups.Tuple.tuple(GATEWAY, Optional.empty()));
  }

  @Test
  void sendsForNoOtherAndIsCounted() {
    try (RawClient gateway = connect("d1");
        RawClient stranger = connect("d3")) {
      assertThat(reason(gateway, "v1/d1/via/d3/telemetry", 1)).isEqualTo(0x87);
      assertThat(reason(gateway, "v1/d1/via/unknown/telemetry", 2)).isEqualTo(0x87);
      assertThat(reason(gateway, "v1/d2/telemetry", 3)).isEqualTo(0x87);
      assertThat(reason(gateway, "v1/d1/via/d3/commands/7/ack", 4)).isEqualTo(0x87);
      assertThat(reason(stranger, "v1/d1/via/d2/telemetry", 1)).isEqualTo(0x87);
      assertThat(reason(stranger, "v1/d3/via/d2/telemetry", 2)).isEqualTo(0x87);
    }
    assertThat(broker.envelopes()).isEmpty();
    broker.ingest.close(); // tells the journal what was refused
    assertThat(broker.refusals().stream().mapToLong(Refusals.Tally::count).sum()).isEqualTo(6);
    assertThat(broker.refusals()).allMatch(t -> t.reason() == ErrorCode.NOT_AUTHORIZED);
  }

  @Test
  void losesItsChildTheMomentThatIsMovedAway() {
    try (RawClient gateway = connect("d1");
        RawClient other = connect("d3")) {
      assertThat(reason(gateway, "v1/d1/via/d2/telemetry", 1)).isZero();
      place(new Edit.Put<>(new DeviceId("d3")));
      assertThat(reason(gateway, "v1/d1/via/d2/telemetry", 2)).isEqualTo(0x87);
      assertThat(reason(other, "v1/d3/via/d2/telemetry", 1)).isZero();
      place(new Edit.Clear<>());
      assertThat(reason(other, "v1/d3/via/d2/telemetry", 2)).isEqualTo(0x87);
    }
    assertThat(broker.envelopes()).hasSize(2);
  }

  @Test
  void hearsWhatIsForItsChild() {
    try (RawClient gateway = connect("d1")) {
      gateway.send(subscribe(5, 1, "v1/d1/via/+/#", 0));
      assertThat(gateway.read().u8(3)).isZero();
      assertThat(
              broker
                  .ingest
                  .publishToDevice(CHILD, Optional.of(GATEWAY), "errors", raw("no"), 0)
                  .join())
          .isTrue();
      assertThat(gateway.read().body())
          .isEqualTo(bytes("v1/d1/via/d2/errors", properties(), raw("no")));

      gateway.send(publish(5, 0x30, "v1/d1/via/d2/time", 0, "{\"t0\": 12}"));
      // Its own message comes back too, since it subscribed all.
      String first = new String(gateway.read().body(), StandardCharsets.UTF_8);
      String second = new String(gateway.read().body(), StandardCharsets.UTF_8);
      assertThat(first + second).contains("v1/d1/via/d2/time/reply").contains("\"t1\":");
    }
  }
}
