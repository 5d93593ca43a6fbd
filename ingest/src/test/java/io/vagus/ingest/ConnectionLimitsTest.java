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
        AccessConfig.defaults(),
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
}
