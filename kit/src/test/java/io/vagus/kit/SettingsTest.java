package io.vagus.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
  enum Sync {
    ON,
    OFF
  }

  record LogConfig(
      @Setting("How long.") Duration every,
      @Setting("How much.") DataSize maxBytes,
      Sync fsync,
      HostPort bind,
      @Setting(value = "Never shown.", secret = true) String password) {
    LogConfig {
      if (every.isNegative() || every.toHours() > 1) {
        throw new IllegalArgumentException("every: " + every + " (expected: 0 to 1h)");
      }
    }

    static final LogConfig DEFAULTS =
        new LogConfig(
            Duration.ofMillis(5), DataSize.ofMebibytes(1), Sync.ON, HostPort.OFF, "hunter2");
  }

  private static Settings of(Map<String, String> env, Map<String, String> flags) {
    return Settings.of(null, env, flags, Map.of("bind", "log.bind"));
  }

  @Test
  void flagsWinOverEnvironmentOverFileOverDefaults(@TempDir Path dir) throws Exception {
    Path file = dir.resolve("vagus.properties");
    Files.writeString(file, "# note\nlog.every = 1s\nlog.max-bytes=2MiB\nlog.fsync = off\n");
    Settings settings =
        Settings.of(
            file,
            Map.of("VAGUS_LOG_MAX_BYTES", "3MiB", "VAGUS_LOG_FSYNC", "on", "HOME", "/"),
            Map.of("log.fsync", "off"),
            Map.of());

    LogConfig config = settings.bind("log", LogConfig.DEFAULTS);
    settings.refuseUnknown();

    assertThat(config.every()).isEqualTo(Duration.ofSeconds(1));
    assertThat(config.maxBytes()).isEqualTo(DataSize.ofMebibytes(3));
    assertThat(config.fsync()).isEqualTo(Sync.OFF);
    assertThat(config.bind()).isEqualTo(HostPort.OFF);
    assertThat(settings.effective())
        .extracting(Settings.Effective::key, Settings.Effective::origin)
        .contains(
            org.assertj.core.groups.Tuple.tuple("log.every", file.toString()),
            org.assertj.core.groups.Tuple.tuple("log.max-bytes", "VAGUS_LOG_MAX_BYTES"),
            org.assertj.core.groups.Tuple.tuple("log.fsync", "--log.fsync"),
            org.assertj.core.groups.Tuple.tuple("log.bind", "default"));
  }

  @Test
  void hidesSecrets() {
    Settings settings = of(Map.of(), Map.of("log.password", "s3cret"));
    settings.bind("log", LogConfig.DEFAULTS);
    assertThat(settings.effective().toString()).doesNotContain("s3cret").contains("(hidden)");
  }

  @Test
  void takesAliases() {
    Settings settings = of(Map.of("VAGUS_BIND", "127.0.0.1:9"), Map.of());
    assertThat(settings.bind("log", LogConfig.DEFAULTS).bind())
        .isEqualTo(new HostPort("127.0.0.1", 9));
  }

  @Test
  void namesTheNearestKeyForAnUnknownOne() {
    Settings settings = of(Map.of(), Map.of("log.max-byte", "1MiB"));
    settings.bind("log", LogConfig.DEFAULTS);
    assertThatThrownBy(settings::refuseUnknown)
        .isInstanceOf(VagusException.class)
        .hasMessageContaining("log.max-byte")
        .hasMessageContaining("did you mean log.max-bytes?");
  }

  @Test
  void namesKeyValueAndOriginOfABadValue() {
    Settings settings = of(Map.of("VAGUS_LOG_EVERY", "soon"), Map.of());
    assertThatThrownBy(() -> settings.bind("log", LogConfig.DEFAULTS))
        .hasMessageContaining("log.every")
        .hasMessageContaining("\"soon\"")
        .hasMessageContaining("VAGUS_LOG_EVERY");
  }

  @Test
  void namesKeyAndRangeOfAValueOutOfRange() {
    Settings settings = of(Map.of(), Map.of("log.every", "2h"));
    assertThatThrownBy(() -> settings.bind("log", LogConfig.DEFAULTS))
        .hasMessageContaining("log.every: PT2H (expected: 0 to 1h)");
  }

  @Test
  void refusesAnUnknownEnumValueNamingAll() {
    Settings settings = of(Map.of(), Map.of("log.fsync", "maybe"));
    assertThatThrownBy(() -> settings.bind("log", LogConfig.DEFAULTS))
        .hasMessageContaining("\"maybe\" (expected one of: [on, off])");
  }
}
