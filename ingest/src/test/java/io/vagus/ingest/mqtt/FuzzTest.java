package io.vagus.ingest.mqtt;

import static io.vagus.ingest.mqtt.RawClient.connect;
import static io.vagus.ingest.mqtt.RawClient.packet;
import static io.vagus.ingest.mqtt.RawClient.properties;
import static io.vagus.ingest.mqtt.RawClient.publish;
import static io.vagus.ingest.mqtt.RawClient.raw;
import static io.vagus.ingest.mqtt.RawClient.subscribe;
import static io.vagus.ingest.mqtt.RawClient.u16;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Seeded damage to valid sessions: nothing but the damaged connection is affected. */
class FuzzTest {
  private static final int SESSIONS = 20_000;
  private static final int CONNECTIONS = 300;

  private static byte[] session(int version) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] p =
        version == 5
            ? properties(1, 1, 3, "text/plain", 8, "r", 9, "abc", 38, "k", "v", 35, u16(1))
            : new byte[0];
    out.writeBytes(connect(version, "fuzz", false, 30));
    out.writeBytes(subscribe(version, 1, "$share/g/a/+", 1));
    out.writeBytes(subscribe(version, 2, "v1/+/telemetry", 2));
    out.writeBytes(packet(0x32, "a/b", u16(3), p, raw("hello")));
    out.writeBytes(publish(version, 0x34, "v1/d1/telemetry", 4, "{\"x\":1}"));
    out.writeBytes(packet(0x62, u16(4)));
    out.writeBytes(publish(version, 0x31, "retained/ü", 0, "x"));
    out.writeBytes(
        version == 5 ? packet(0xA2, u16(5), properties(), "a/b") : packet(0xA2, u16(5), "a/b"));
    out.writeBytes(packet(0xC0));
    out.writeBytes(packet(0xE0));
    return out.toByteArray();
  }

  private static byte[] damage(byte[] session, Random random) {
    byte[] damaged = session.clone();
    int hits = 1 + random.nextInt(4);
    for (int i = 0; i < hits; i++) {
      int at = random.nextInt(damaged.length);
      switch (random.nextInt(4)) {
        case 0 -> damaged[at] = (byte) random.nextInt();
        case 1 -> damaged[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> damaged = java.util.Arrays.copyOf(damaged, at + 1);
        default -> {
          int from = random.nextInt(damaged.length);
          int length = Math.min(random.nextInt(16), damaged.length - Math.max(at, from));
          System.arraycopy(damaged, from, damaged, at, length);
        }
      }
    }
    return damaged;
  }

  @Test
  void whateverTheCheckLetsThroughNettyDecodes() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    int decoded = 0;
    for (int i = 0; i < SESSIONS; i++) {
      byte[] bytes = damage(session(random.nextBoolean() ? 5 : 4), random);
      EmbeddedChannel channel =
          new EmbeddedChannel(new FrameDecoder(1 << 16), new MqttDecoder(1 << 16, 65_535));
      int cut = random.nextInt(bytes.length + 1);
      channel.writeInbound(Unpooled.copiedBuffer(bytes, 0, cut));
      channel.writeInbound(Unpooled.copiedBuffer(bytes, cut, bytes.length - cut));
      for (Object o = channel.readInbound(); o != null; o = channel.readInbound()) {
        assertThat(o).as("seed %d, session %d", seed, i).isNotInstanceOf(ByteBuf.class);
        if (o instanceof MqttMessage m) {
          assertThat(m.decoderResult().isSuccess())
              .as("seed %d, session %d: %s", seed, i, m.decoderResult())
              .isTrue();
          decoded++;
        }
        ReferenceCountUtil.release(o);
      }
      channel.finishAndReleaseAll();
    }
    assertThat(decoded).isGreaterThan(SESSIONS);
  }

  @Test
  void damagedSessionsLeaveOthersAlone() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    try (TestBroker broker = TestBroker.open();
        RawClient witness = new RawClient(broker.port())) {
      witness.connected(5, "witness", true);
      witness.send(subscribe(5, 1, "witness/only", 1));
      assertThat(witness.read().type()).isEqualTo(9);
      for (int i = 0; i < CONNECTIONS; i++) {
        try (RawClient bad = new RawClient(broker.port())) {
          bad.send(damage(session(random.nextBoolean() ? 5 : 4), random));
          if (random.nextBoolean()) {
            bad.reset();
          }
        }
        if (i % 50 == 0) {
          witness.send(publish(5, 0x32, "witness/only", 7, "still here"));
          assertThat(witness.read()).as("seed %d, connection %d", seed, i).isNotNull();
          assertThat(witness.read()).isNotNull();
          witness.send(packet(0x40, u16(1)));
        }
      }
      try (RawClient fresh = new RawClient(broker.port())) {
        assertThat(fresh.connected(4, "fresh", true).u8(1)).as("seed %d", seed).isZero();
      }
    }
  }
}
