package io.vagus.server;

import static io.vagus.server.RunningServer.expect;
import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Floods, guessing and clones, over real sockets from several addresses of this machine. */
@Timeout(120)
class DeviceAccessTest {
  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final String READING = "{\"temperature\": 21.5}";

  @TempDir Path data;

  private static List<JsonNode> refusals(RunningServer server, String reason) {
    return StreamSupport.stream(
            server.get("/api/v1/refusals?limit=1000&reason=" + reason).path("items").spliterator(),
            false)
        .toList();
  }

  private static long count(RunningServer server, String reason) {
    return refusals(server, reason).stream().mapToLong(r -> r.path("count").asLong()).sum();
  }

  private static double metric(RunningServer server, String name, String reason) {
    return server
        .text("/metrics")
        .lines()
        .filter(line -> line.startsWith(name) && line.contains("reason=\"" + reason + "\""))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /** Whether the other side ends it without a word within the bound. */
  private static boolean isCut(Socket socket) {
    try {
      socket.setSoTimeout(2000);
      return socket.getInputStream().read() < 0;
    } catch (java.net.SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  private static Socket from(String local, int port) throws IOException {
    Socket socket = new Socket();
    socket.bind(new InetSocketAddress(InetAddress.getByName(local), 0));
    socket.connect(new InetSocketAddress("127.0.0.1", port), 10_000);
    return socket;
  }

  private static List<Socket> flood(String local, int port, int connections) throws IOException {
    List<Socket> sockets = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      sockets.add(from(local, port));
    }
    return sockets;
  }

  private static void close(List<Socket> sockets) throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  @Test
  void aFloodOfConnectionsFromOneAddressLeavesOthersServed() throws Exception {
    try (RunningServer server =
        RunningServer.start(
            data,
            "limits.exempt-loopback=false",
            "limits.max-connections-per-address=20",
            "limits.new-connections-per-address=1000")) {
      server.register("pump", "p1");
      List<Socket> flood = flood("127.0.0.2", server.port("mqtt"), 200);
      try (MqttDevice device = MqttDevice.connected(server.port("mqtt"), "p1")) {
        device.publish(1, READING);
        assertThat(device.readAck().reason()).isZero();
      }
      eventually(BOUND, "180 are refused", () -> count(server, "quota-exceeded") == 180);
      assertThat(metric(server, "vagus_refusals_total", "quota-exceeded")).isEqualTo(180);
      assertThat(refusals(server, "quota-exceeded").getFirst().path("source").asString())
          .isEqualTo("127.0.0.2");
      assertThat(flood.stream().filter(DeviceAccessTest::isCut).limit(180).count()).isEqualTo(180);
      close(flood);
    }
  }

  @Test
  void aFloodOfHandshakesFromOneAddressLeavesOthersServed() throws Exception {
    try (RunningServer server =
        RunningServer.start(
            data,
            "limits.exempt-loopback=false",
            "listen.mqtts=127.0.0.1:0",
            "access.open-handshakes=10",
            "access.new-handshakes=1000")) {
      int port = server.port("mqtts");
      List<Socket> flood = flood("127.0.0.2", port, 60);
      eventually(BOUND, "50 are refused", () -> count(server, "handshake-rate-exceeded") == 50);
      assertThat(metric(server, "vagus_refusals_total", "handshake-rate-exceeded")).isEqualTo(50);
      assertThat(Tls.handshake("127.0.0.1", port)).isTrue();
      assertThat(Tls.handshake("127.0.0.2", port)).as("the flooder").isFalse();
      close(flood);
      eventually(
          BOUND, "what is cut off gives its place back", () -> Tls.handshake("127.0.0.2", port));
    }
  }

  @Test
  void whoFailsHandshakesInARowWaits() throws Exception {
    try (RunningServer server =
        RunningServer.start(
            data,
            "limits.exempt-loopback=false",
            "listen.mqtts=127.0.0.1:0",
            "access.failed-handshakes=5")) {
      int port = server.port("mqtts");
      for (int i = 0; i < 5; i++) {
        try (Socket socket = from("127.0.0.2", port)) {
          socket.getOutputStream().write("no handshake at all\r\n\r\n".getBytes("US-ASCII"));
          isCut(socket);
        }
      }
      eventually(
          BOUND,
          "the address waits",
          () -> {
            try (Socket socket = from("127.0.0.2", port)) {
              return count(server, "handshake-rate-exceeded") > 0;
            } catch (IOException e) {
              return false;
            }
          });
      assertThat(Tls.handshake("127.0.0.1", port)).isTrue();
    }
  }

  @Test
  void onlyListedNetworksConnect() throws Exception {
    try (RunningServer server =
        RunningServer.start(
            data, "limits.exempt-loopback=false", "access.allow=127.0.0.1,127.0.1.0/24")) {
      server.register("pump", "p1");
      try (MqttDevice near = new MqttDevice("127.0.1.7", server.port("mqtt"), "p1")) {
        assertThat(near.connect("correct horse")).isZero();
      }
      try (Socket far = from("127.0.0.2", server.port("mqtt"))) {
        assertThat(isCut(far)).isTrue();
      }
      assertThat(count(server, "address-not-allowed")).isEqualTo(1);
    }
  }

  @Test
  void onePasswordTriedOnAThousandNamesIsSeenAsThat() throws Exception {
    try (RunningServer server =
        RunningServer.start(
            data, "limits.exempt-loopback=false", "limits.new-connections-per-address=10000")) {
      server.register("pump", "p1");
      int[] reasons = new int[256];
      for (int i = 0; i < 1000; i++) {
        String local = "127.0.0." + (2 + i % 4);
        try (MqttDevice guess = new MqttDevice(local, server.port("mqtt"), "pump-" + i)) {
          reasons[guess.connect("Winter2026!")]++;
        }
      }
      assertThat(reasons[0x86]).as("looked at").isEqualTo(10);
      assertThat(reasons[0x9F]).as("not looked at").isEqualTo(990);
      assertThat(count(server, "password-spraying")).isEqualTo(990);
      assertThat(refusals(server, "password-spraying").getFirst().path("detail").asString())
          .contains("wrong for 10 names from 4 addresses");
      assertThat(metric(server, "vagus_refusals_total", "password-spraying")).isEqualTo(990);
      MqttDevice.connected(server.port("mqtt"), "p1").close();
    }
  }

  @Test
  void twoThatTakeEachOtherOverAreOneClonedIdentity() throws Exception {
    try (RunningServer server = RunningServer.start(data)) {
      server.register("pump", "p1");
      List<MqttDevice> taken = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        MqttDevice device =
            new MqttDevice(i % 2 == 0 ? "127.0.0.2" : "127.0.0.3", server.port("mqtt"), "p1");
        assertThat(device.connect("correct horse")).isZero();
        taken.add(device);
      }
      JsonNode signal = refusals(server, "cloned-identity").getFirst();
      assertThat(signal.path("name").asString()).isEqualTo("p1");
      assertThat(signal.path("detail").asString()).contains("127.0.0.2", "127.0.0.3", "3 times");
      assertThat(metric(server, "vagus_mqtt_disconnects_total", "session-taken-over")).isEqualTo(3);
      assertThat(server.text("/metrics")).contains("vagus_cloned_identities_total 1.0");
      for (MqttDevice device : taken) {
        device.close();
      }
    }
  }

  @Test
  void aDeviceThatMovesOnceIsNoClone() throws Exception {
    try (RunningServer server = RunningServer.start(data)) {
      server.register("pump", "p1");
      try (MqttDevice first = new MqttDevice("127.0.0.2", server.port("mqtt"), "p1");
          MqttDevice second = new MqttDevice("127.0.0.3", server.port("mqtt"), "p1")) {
        assertThat(first.connect("correct horse")).isZero();
        assertThat(second.connect("correct horse")).isZero();
        assertThat(count(server, "cloned-identity")).isZero();
      }
    }
  }

  @Test
  void whatOneDeviceOrAddressSendsIsBounded() throws Exception {
    try (RunningServer server =
        RunningServer.start(
            data,
            "limits.exempt-loopback=false",
            "access.bytes-per-device=1000B",
            "access.messages-per-address=30")) {
      server.register("pump", "p1");
      String large = "{\"t\": \"" + "x".repeat(600) + "\"}";
      assertThat(server.telemetry("p1", large).statusCode()).isEqualTo(200);
      var second = server.telemetry("p1", large);
      assertThat(second.statusCode()).isEqualTo(429);
      assertThat(second.body()).contains("bytesPerMinute", "<= 1000 of one device");
      assertThat(second.headers().firstValue("Retry-After")).isPresent();
      for (int i = 0; i < 28; i++) {
        server.telemetry("p1", "{}");
      }
      assertThat(server.telemetry("p1", "{}").body())
          .contains("messagesPerMinute", "<= 30 of one address");
      assertThat(count(server, "rate-exceeded")).isPositive();
    }
  }

  @Test
  void aDeviceHoldsABoundedNumberOfConnections() throws Exception {
    try (RunningServer server = RunningServer.start(data, "access.connections-per-device=3")) {
      server.register("pump", "p1");
      List<MqttDevice> held = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        MqttDevice one = new MqttDevice("127.0.0.1", server.port("mqtt"), "p1", "client-" + i);
        assertThat(one.connect("correct horse")).isZero();
        held.add(one);
      }
      try (MqttDevice more = new MqttDevice("127.0.0.1", server.port("mqtt"), "p1", "client-9")) {
        assertThat(more.connect("correct horse")).isEqualTo(0x97);
      }
      held.removeFirst().close();
      eventually(
          BOUND,
          "there is room again",
          () -> {
            try (MqttDevice more = new MqttDevice("127.0.0.1", server.port("mqtt"), "p1", "late")) {
              return more.connect("correct horse") == 0;
            } catch (IOException e) {
              return false;
            }
          });
      for (MqttDevice one : held) {
        one.close();
      }
    }
  }

  @Test
  void eachShutOutStateHasItsOwnWord() throws Exception {
    try (RunningServer server = RunningServer.start(data)) {
      server.register("pump", "p1");
      for (String status : List.of("suspended", "quarantined")) {
        server.patch("/api/v1/devices/p1", "{\"status\": \"" + status + "\"}");
        try (MqttDevice device = new MqttDevice("127.0.0.1", server.port("mqtt"), "p1")) {
          assertThat(device.connect("correct horse")).as(status).isEqualTo(0x8A);
        }
        var answer = expect(403, server.telemetry("p1", READING));
        assertThat(answer.body()).contains("\"device-" + status + "\"");
        assertThat(count(server, "device-" + status)).as(status).isEqualTo(2);
      }
    }
  }
}
