package io.vagus.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.kit.ErrorCode;
import io.vagus.testkit.ManualClock;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ConnectionLimitsTest {
  private final ManualClock clock = new ManualClock(0);

  private ConnectionLimits limits(int inAll, int perAddress, int newPerSecond, boolean exempt) {
    LimitsConfig d = LimitsConfig.defaults();
    return new ConnectionLimits(
        new LimitsConfig(
            d.maxPayload(),
            inAll,
            perAddress,
            newPerSecond,
            exempt,
            d.wrongPasswords(),
            d.maxBackoff(),
            d.headTimeout(),
            d.requestTimeout(),
            d.idleTimeout(),
            d.maxInFlight()),
        clock);
  }

  private static InetAddress address(int last) throws UnknownHostException {
    return InetAddress.getByAddress(new byte[] {10, 0, (byte) (last >> 8), (byte) last});
  }

  @Test
  void boundsConnectionsInAll() throws Exception {
    ConnectionLimits limits = limits(2, 10, 10, true);
    assertThat(limits.opened(address(1))).isEmpty();
    assertThat(limits.opened(address(2))).isEmpty();
    assertThat(limits.opened(address(3))).contains(ErrorCode.BUSY);
    limits.closed(address(1));
    assertThat(limits.opened(address(3))).isEmpty();
    assertThat(limits.connections()).isEqualTo(2);
  }

  @Test
  void boundsConnectionsOfOneAddress() throws Exception {
    ConnectionLimits limits = limits(100, 2, 10, true);
    assertThat(limits.opened(address(1))).isEmpty();
    assertThat(limits.opened(address(1))).isEmpty();
    assertThat(limits.opened(address(1))).contains(ErrorCode.QUOTA_EXCEEDED);
    assertThat(limits.opened(address(2))).isEmpty();
    limits.closed(address(1));
    assertThat(limits.opened(address(1))).isEmpty();
  }

  @Test
  void boundsHowQuicklyOneAddressConnects() throws Exception {
    ConnectionLimits limits = limits(100, 100, 3, true);
    for (int i = 0; i < 3; i++) {
      assertThat(limits.opened(address(1))).isEmpty();
      limits.closed(address(1));
    }
    assertThat(limits.opened(address(1))).contains(ErrorCode.CONNECTION_RATE_EXCEEDED);
    clock.advance(Duration.ofSeconds(1));
    assertThat(limits.opened(address(1))).isEmpty();
  }

  @Test
  void sparesThisMachineWhenToldTo() {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    ConnectionLimits sparing = limits(30_000, 2, 2, true);
    for (int i = 0; i < 20_000; i++) {
      assertThat(sparing.opened(loopback)).isEmpty();
    }
    ConnectionLimits strict = limits(30_000, 2, 2, false);
    assertThat(strict.opened(loopback)).isEmpty();
    assertThat(strict.opened(loopback)).isEmpty();
    assertThat(strict.opened(loopback)).isPresent();
  }

  @Test
  void waitsLongerAfterEachWrongPassword() throws Exception {
    PasswordBackoff backoff = new PasswordBackoff(LimitsConfig.defaults(), clock);
    for (int i = 0; i < 5; i++) {
      assertThat(backoff.wait(address(1), "d")).isZero();
      backoff.failed(address(1), "d");
    }
    for (long seconds : new long[] {1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300}) {
      assertThat(backoff.wait(address(1), "d")).hasSeconds(seconds);
      clock.advance(Duration.ofSeconds(seconds));
      assertThat(backoff.wait(address(1), "d")).isZero();
      backoff.failed(address(1), "d");
    }
  }

  @Test
  void letsTheRightfulDeviceInFromElsewhere() throws Exception {
    PasswordBackoff backoff = new PasswordBackoff(LimitsConfig.defaults(), clock);
    for (int i = 0; i < 50; i++) {
      backoff.failed(address(1), "d");
    }
    assertThat(backoff.wait(address(1), "d")).isPositive();
    assertThat(backoff.wait(address(2), "d")).isZero();
    assertThat(backoff.wait(address(1), "neighbour")).isZero();
    backoff.succeeded(address(1), "d");
    assertThat(backoff.wait(address(1), "d")).isZero();
  }

  @Test
  void slowsDownAnAddressThatTriesManyNames() throws Exception {
    PasswordBackoff backoff = new PasswordBackoff(LimitsConfig.defaults(), clock);
    for (int i = 0; i < 100; i++) {
      backoff.failed(address(1), "name" + i);
    }
    assertThat(backoff.wait(address(1), "new name")).isPositive();
    assertThat(backoff.wait(address(2), "new name")).isZero();
  }

  @Test
  void forgetsOldFailuresAndBoundsItsTable() throws Exception {
    PasswordBackoff backoff = new PasswordBackoff(LimitsConfig.defaults(), clock);
    for (int i = 0; i < PasswordBackoff.MAX_ENTRIES; i++) {
      backoff.failed(address(i & 0xFFFF), "d" + i);
    }
    assertThat(backoff.size()).isLessThanOrEqualTo(PasswordBackoff.MAX_ENTRIES + 1);
    clock.advance(Duration.ofMinutes(11));
    backoff.failed(address(1), "d");
    assertThat(backoff.size()).isEqualTo(2);
  }
}
