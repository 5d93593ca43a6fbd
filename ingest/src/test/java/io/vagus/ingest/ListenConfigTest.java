package io.vagus.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vagus.kit.HostPort;
import io.vagus.kit.Settings;
import io.vagus.kit.VagusException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ListenConfigTest {
  private static ListenConfig bind(Map<String, String> flags) {
    return Settings.of(null, Map.of(), flags, Map.of()).bind("listen", ListenConfig.defaults());
  }

  @Test
  void listensOnLoopbackByDefault() {
    assertThat(bind(Map.of()).http()).isEqualTo(HostPort.parse("127.0.0.1:8080"));
    assertThat(bind(Map.of()).mqtt()).isEqualTo(HostPort.parse("127.0.0.1:1883"));
    assertThat(bind(Map.of()).mqtts().isOff()).isTrue();
  }

  @Test
  void isOpenOnLoopbackOnly() {
    assertThat(bind(Map.of("listen.open", "true")).open()).isTrue();
    assertThat(bind(Map.of("listen.open", "true", "listen.wss", "[::1]:0")).open()).isTrue();
    for (String address : new String[] {":1883", "0.0.0.0:1883", "192.0.2.1:1883", "[::]:1"}) {
      assertThatThrownBy(() -> bind(Map.of("listen.open", "true", "listen.wss", address)))
          .isInstanceOf(VagusException.class)
          .hasMessageContaining("listen.open")
          .hasMessageContaining("loopback");
    }
  }

  @Test
  void checksLimitsRanges() {
    for (var bad :
        Map.of(
                "max-payload", "9MiB",
                "max-connections", "0",
                "wrong-passwords", "0",
                "idle-timeout", "0s",
                "max-in-flight", "-1")
            .entrySet()) {
      Settings settings =
          Settings.of(null, Map.of(), Map.of("limits." + bad.getKey(), bad.getValue()), Map.of());
      assertThatThrownBy(() -> settings.bind("limits", LimitsConfig.defaults()))
          .isInstanceOf(VagusException.class)
          .hasMessageContaining("limits." + bad.getKey());
    }
  }
}
