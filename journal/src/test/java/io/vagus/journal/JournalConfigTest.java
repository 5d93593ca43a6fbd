package io.vagus.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vagus.kit.Settings;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class JournalConfigTest {
  @Test
  void readsEverySetting() {
    Map<String, String> flags =
        Map.of(
            "journal.every", "5ms",
            "journal.max-bytes", "2MiB",
            "journal.fsync", "off",
            "journal.segment-size", "8MiB",
            "journal.retain-age", "1h",
            "journal.retain-size", "1GiB",
            "journal.queue-bytes", "4MiB");
    JournalConfig config =
        Settings.of(null, Map.of(), flags, Map.of()).bind("journal", JournalConfig.defaults());
    assertThat(config.every()).isEqualTo(Duration.ofMillis(5));
    assertThat(config.maxBytes().bytes()).isEqualTo(2 << 20);
    assertThat(config.fsync()).isEqualTo(JournalConfig.Fsync.OFF);
    assertThat(config.segmentSize().bytes()).isEqualTo(8 << 20);
    assertThat(config.retainAge()).isEqualTo(Duration.ofHours(1));
    assertThat(config.retainSize().bytes()).isEqualTo(1 << 30);
    assertThat(config.queueBytes().bytes()).isEqualTo(4 << 20);
  }

  @Test
  void namesTheKeyThatIsOutOfRange() {
    Settings settings = Settings.of(null, Map.of(), Map.of("journal.max-bytes", "1B"), Map.of());
    assertThatThrownBy(() -> settings.bind("journal", JournalConfig.defaults()))
        .hasMessageContaining("journal.max-bytes: 1B (expected: 4KiB to 64MiB)");
  }
}
