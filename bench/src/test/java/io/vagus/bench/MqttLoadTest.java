package io.vagus.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.vagus.bench.mqtt.Protocol;
import io.vagus.kit.HostPort;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The load against a server that reads it with Netty's own MQTT codec. */
class MqttLoadTest {
  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final JsonMapper JSON = new JsonMapper();

  private record Received(String topic, boolean dup, String messageId, JsonNode payload, int size) {
    long number() {
      return Telemetry.numberOf(payload.path("values").path("m0").asDouble());
    }
  }

  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final List<MqttConnectMessage> connects = Collections.synchronizedList(new ArrayList<>());
  private final List<Received> received = Collections.synchronizedList(new ArrayList<>());
  private volatile int dropAt = Integer.MAX_VALUE;
  private HostPort address;

  @BeforeEach
  void listen() {
    Channel server =
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel
                        .pipeline()
                        .addLast(MqttEncoder.INSTANCE, new MqttDecoder(1 << 20), new Broker());
                  }
                })
            .bind("127.0.0.1", 0)
            .syncUninterruptibly()
            .channel();
    address = new HostPort("127.0.0.1", ((InetSocketAddress) server.localAddress()).getPort());
  }

  @AfterEach
  void close() {
    group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
  }

  /** Acknowledges everything; drops the connection instead, once, at one message. */
  private final class Broker extends SimpleChannelInboundHandler<MqttMessage> {
    @Override
    protected void channelRead0(ChannelHandlerContext ctx, MqttMessage message) {
      assertThat(message.decoderResult().isSuccess()).isTrue();
      if (message instanceof MqttConnectMessage connect) {
        connects.add(connect);
        MqttConnAckMessage accepted =
            MqttMessageBuilders.connAck()
                .returnCode(MqttConnectReturnCode.CONNECTION_ACCEPTED)
                .sessionPresent(connects.size() > 1 && !connect.variableHeader().isCleanSession())
                .build();
        ctx.writeAndFlush(accepted).addListener(f -> {});
      } else if (message instanceof MqttPublishMessage publish) {
        received.add(read(publish));
        if (received.size() == dropAt) {
          ctx.close().addListener(f -> {});
        } else {
          MqttMessage ack =
              MqttMessageBuilders.pubAck().packetId(publish.variableHeader().packetId()).build();
          ctx.writeAndFlush(ack).addListener(f -> {});
        }
      }
    }

    private Received read(MqttPublishMessage publish) {
      String payload = publish.payload().toString(StandardCharsets.UTF_8);
      JsonNode json = JSON.readTree(payload);
      String id = json.path("id").asString("");
      for (var property : publish.variableHeader().properties().listAll()) {
        if (property instanceof MqttProperties.UserProperties user) {
          assertThat(user.value().getFirst().key).isEqualTo("message-id");
          id = user.value().getFirst().value;
        }
      }
      return new Received(
          publish.variableHeader().topicName(),
          publish.fixedHeader().isDup(),
          id,
          json,
          payload.length());
    }
  }

  private static MqttLoad load(int clients, int window, Protocol protocol) {
    Telemetry.Shape shape = new Telemetry.Shape(protocol, 150, 3, true);
    return new MqttLoad(clients, window, Optional.empty(), 1, Fleet.telemetry(shape, true));
  }

  @ParameterizedTest
  @EnumSource
  void sendsEachMessageOnceWithItsOwnIdTimeAndValues(Protocol protocol) {
    try (MqttLoad load = load(3, 5, protocol)) {
      load.connect(address, 2, BOUND);
      load.allow(i -> 100);
      Pause.until(BOUND, "300 acknowledgements", () -> load.acknowledged() == 300);
      load.stop(BOUND);

      assertThat(load.latencies().getTotalCount()).isEqualTo(300);
      assertThat(load.refused()).isZero();
    }
    assertThat(connects)
        .allSatisfy(c -> {
          assertThat(c.variableHeader().version()).isEqualTo(protocol.level);
          assertThat(c.payload().userName()).isEqualTo(c.payload().clientIdentifier());
          assertThat(c.payload().passwordInBytes())
              .isEqualTo(Fleet.SECRET.getBytes(StandardCharsets.UTF_8));
        });
    for (int device = 0; device < 3; device++) {
      String topic = "v1/" + Fleet.device(device) + "/telemetry";
      List<Received> own = received.stream().filter(r -> r.topic().equals(topic)).toList();
      assertThat(own)
          .hasSize(100)
          .allSatisfy(r -> {
            assertThat(r.size()).isEqualTo(150);
            assertThat(r.dup()).isFalse();
            assertThat(r.payload().path("values").size()).isEqualTo(3);
            assertThat(r.payload().path("values").path("m2").asDouble()).isBetween(21.0, 22.0);
            assertThat(Long.parseLong(r.messageId())).isEqualTo(r.number());
          });
      assertThat(own.stream().map(r -> r.payload().path("time").asLong()).distinct()).hasSize(100);
      assertThat(own.stream().map(Received::number).toList()).isSorted();
    }
  }

  @ParameterizedTest
  @EnumSource
  void sendsAgainWhatWasNotAcknowledgedWithTheSameContent(Protocol protocol) {
    dropAt = 57;
    BitSet acknowledged = new BitSet();
    try (MqttLoad load = load(1, 8, protocol)) {
      load.connections().getFirst().onAcknowledged(n -> acknowledged.set((int) n));
      load.connect(address, 1, BOUND);
      load.allow(i -> 100);
      Pause.until(BOUND, "the drop", () -> load.open() == 0);
      load.connect(address, 1, BOUND);
      Pause.until(BOUND, "100 acknowledgements", () -> load.acknowledged() == 100);

      assertThat(load.resent()).isBetween(1L, 8L);
      assertThat(acknowledged.cardinality()).isEqualTo(100);
    }
    List<Received> again = received.stream().filter(Received::dup).toList();
    assertThat(again).isNotEmpty();
    assertThat(again)
        .allSatisfy(copy ->
            assertThat(received)
                .filteredOn(r -> r.number() == copy.number())
                .extracting(Received::payload)
                .containsOnly(copy.payload()));
    assertThat(received.stream().map(Received::number).distinct()).hasSize(100);
    assertThat(received).noneMatch(Objects::isNull);
  }

  @ParameterizedTest
  @EnumSource
  void keepsAPace(Protocol protocol) {
    try (MqttLoad load = load(4, 5, protocol)) {
      load.connect(address, 4, BOUND);
      long start = System.nanoTime();
      load.pace(500);
      Pause.until(BOUND, "200 acknowledgements", () -> load.acknowledged() >= 200);
      double seconds = (System.nanoTime() - start) / 1e9;
      load.stop(BOUND);
      assertThat(load.acknowledged() / seconds).isLessThan(650);
    }
  }
}
