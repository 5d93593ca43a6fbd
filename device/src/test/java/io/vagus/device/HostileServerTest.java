package io.vagus.device;

import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.device.mqtt.Backoff;
import io.vagus.device.mqtt.DeviceLoops;
import io.vagus.device.mqtt.LinkListener;
import io.vagus.device.mqtt.LinkOptions;
import io.vagus.device.mqtt.Protocol;
import io.vagus.kit.HostPort;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server that says what none should: the device leaves it, loses nothing, and comes back. */
@Timeout(60)
class HostileServerTest {
  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final String CONNACK = "2003000000";

  @TempDir java.nio.file.Path folder;

  @ParameterizedTest(name = "{1}")
  @CsvSource({
    "ffffffffffffffff, malformed packet",
    "0000, malformed packet",
    "20ffffffff7f, malformed packet",
    "2003010000, a session that was not asked for",
    "2003000000 2003000000, a second CONNACK",
    "2003000000 40020007, acknowledgement of packet 7",
    "2003000000 40020000, malformed packet",
    "2003000000 4002, silence",
    "2003000000 3204000961, silence",
    "2003000000 3409000161000500616263, PUBLISH with QoS 2",
    "3207000161000500aa, PUBLISH with QoS 1",
    "2003000000 320affff61000500616263, silence",
    "2003000000 30ffffff7f, malformed packet",
    "2003000000 c000, a PINGREQ nobody asked for",
    "2003000000 8204000100, silence",
    "2003000000 d0ff01, malformed packet",
  })
  void itLeavesAndComesBack(String bytes, String complaint) throws Exception {
    Queue<String> complaints = new ConcurrentLinkedQueue<>();
    LinkListener listener =
        new LinkListener() {
          @Override
          public void failed(String what) {
            complaints.add(what);
          }
        };
    try (ServerSocket server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        DeviceLoops loops = new DeviceLoops(1);
        Device device =
            Device.open(
                config(server.getLocalPort()),
                loops,
                DeviceParts.DEFAULT.with(listener).withoutTime())) {
      device.send(Map.of("n", 1));
      device.connect();
      try (Socket hostile = server.accept()) {
        requireConnect(hostile);
        hostile.getOutputStream().write(HexFormat.of().parseHex(bytes.replace(" ", "")));
        requireLeft(hostile);
        assertThat(complaints).first().asString().startsWith(complaint);
      }
      assertThat(device.counters().kept()).isOne();
      try (Socket right = server.accept()) {
        requireConnect(right);
        right.getOutputStream().write(HexFormat.of().parseHex(CONNACK));
        right.getOutputStream().write(HexFormat.of().parseHex("4002" + published(right)));
        eventually(BOUND, "it is acknowledged", () -> device.counters().acknowledged() == 1);
      }
    }
  }

  private DeviceConfig config(int port) {
    LinkOptions link =
        new LinkOptions(
            Protocol.V5,
            Duration.ofSeconds(1),
            Duration.ZERO,
            new Backoff(Duration.ofMillis(20), Duration.ofMillis(50)),
            1);
    return DeviceConfig.of("pump-7", new HostPort("127.0.0.1", port))
        .with(link)
        .with(StoreConfig.on(folder));
  }

  private static void requireLeft(Socket socket) throws IOException {
    socket.setSoTimeout((int) BOUND.toMillis());
    try {
      while (!read(socket).isEmpty()) {
        // What it said before it left.
      }
    } catch (SocketException e) {
      // It left with something unread.
    }
  }

  private static void requireConnect(Socket socket) throws IOException {
    assertThat(read(socket)).startsWith("10");
  }

  /** The id of the next PUBLISH, whatever comes before it. */
  private static String published(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    while (true) {
      int type = in.read() >> 4;
      byte[] rest = in.readNBytes(in.read()); // no packet here is longer than 127 bytes
      if (type == 3) {
        int topic = rest[0] << 8 | rest[1];
        return HexFormat.of().formatHex(rest, 2 + topic, 4 + topic);
      }
    }
  }

  /** What came in one piece, as hexadecimal. */
  private static String read(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    byte[] some = new byte[4096];
    int n = in.read(some);
    return n < 0 ? "" : HexFormat.of().formatHex(some, 0, n);
  }
}
