package io.vagus.server;

import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.device.Device;
import io.vagus.device.DeviceConfig;
import io.vagus.device.DeviceParts;
import io.vagus.device.mqtt.Backoff;
import io.vagus.device.mqtt.DeviceLoops;
import io.vagus.device.mqtt.LinkListener;
import io.vagus.device.mqtt.LinkOptions;
import io.vagus.device.mqtt.Protocol;
import io.vagus.kit.HostPort;
import io.vagus.kit.MonotonicClock;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Devices of the SDK come back over TLS, each by its own backoff, after their server was killed.
 * {@code -Dvagus.herd.tls=10000 -Dvagus.server.heap=1g -Dtest.heap=2g} for the figures of
 * docs/performance.md.
 */
@Timeout(900)
class TlsHerdTest {
  private static final int FLEET = Integer.getInteger("vagus.herd.tls", 300);
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(4));

  /** 20 ms of this machine for each handshake: both ends are on it, and other work too. */
  private static final Duration ALLOWANCE = Duration.ofSeconds(5).plusMillis(20L * FLEET);

  private static final Duration BOUND = BACKOFF.most().multipliedBy(2).plus(ALLOWANCE);

  private final MonotonicClock clock = MonotonicClock.system();
  private final DeviceLoops loops = new DeviceLoops(1);
  private final List<Member> members = new ArrayList<>();

  /** Reasons of a CONNACK that were no welcome. */
  private final ConcurrentSkipListSet<Integer> refusals = new ConcurrentSkipListSet<>();

  @TempDir Path folder;

  @AfterEach
  void stop() {
    members.forEach(member -> member.device.close());
    loops.close();
  }

  /** One device, and how long its attempts were in vain. Its event loop writes, the test reads. */
  private final class Member implements LinkListener {
    private final Device device;
    private volatile boolean connected;
    private volatile long refusedNanos;
    private volatile long inNanos;

    Member(DeviceConfig config) {
      this.device = Device.open(config, loops, DeviceParts.DEFAULT.withoutTime().with(this));
    }

    @Override
    public void connected() {
      inNanos = clock.nanos();
      connected = true;
    }

    @Override
    public void refused(int reasonCode) {
      refusals.add(reasonCode);
    }

    @Override
    public void closed(boolean wasConnected) {
      connected = false;
      if (!wasConnected && refusedNanos == 0) {
        refusedNanos = clock.nanos();
      }
    }

    /** From its first attempt in vain, or from when the server was there, until it was in. */
    Duration keptOut(long readyNanos) {
      return Duration.ofNanos(inNanos - Math.max(readyNanos, refusedNanos));
    }
  }

  private static DeviceConfig config(int port, Path certificate, String id, String secret) {
    return DeviceConfig.of(id, new HostPort("localhost", port))
        .withSecret(secret)
        .with(
            new LinkOptions(Protocol.V5, Duration.ofSeconds(60), Duration.ofHours(1), BACKOFF, 16))
        .withAuthorities(certificate);
  }

  private void requireServed(RunningServer server, String what, int messages) {
    members.forEach(member -> member.device.send(Map.of("n", messages)));
    eventually(
        BOUND,
        FLEET + " are in " + what,
        () -> members.stream().allMatch(member -> member.connected));
    server.requireAccepted(messages * FLEET);
  }

  @Test
  void noneIsKeptOutForLongerThanItsBackoffAfterTheServersRestart() throws Exception {
    Path data = folder.resolve("data");
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    String listens = "mqtts=127.0.0.1:" + port;
    ServerProcess killed = ServerProcess.start(data, listens);
    try (RunningServer server = RunningServer.of(killed, data)) {
      List<String> secrets = HerdTest.registerFleet(server, FLEET);
      for (int i = 0; i < FLEET; i++) {
        members.add(
            new Member(config(port, data.resolve("tls/server.crt"), "pump-" + i, secrets.get(i))));
      }
      members.forEach(member -> member.device.connect());
      requireServed(server, "first", 1);
      killed.kill();
    }
    eventually(BOUND, "all know", () -> members.stream().noneMatch(member -> member.connected));
    try (RunningServer server = RunningServer.of(ServerProcess.start(data, listens), data)) {
      long readyNanos = clock.nanos();
      requireServed(server, "again", 2);
      say(readyNanos);
      for (Member member : members) {
        assertThat(member.keptOut(readyNanos)).isLessThan(BACKOFF.most().plus(ALLOWANCE));
      }
      assertThat(refusals).as("reasons for which somebody was refused").isSubsetOf(0x89);
      assertThat(server.refusedConnections()).isZero();
    }
  }

  private void say(long readyNanos) {
    long[] millis =
        members.stream().mapToLong(m -> m.keptOut(readyNanos).toMillis()).sorted().toArray();
    System.out.printf(
        Locale.ROOT,
        "%d devices over TLS after a restart, from the server's being there until in: median %d,"
            + " p99 %d, last %d ms%n",
        FLEET,
        millis[FLEET / 2],
        millis[FLEET * 99 / 100],
        millis[FLEET - 1]);
  }
}
