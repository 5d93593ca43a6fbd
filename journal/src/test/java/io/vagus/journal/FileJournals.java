package io.vagus.journal;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vagus.kit.DataSize;
import io.vagus.kit.MonotonicClock;
import io.vagus.kit.WallClock;
import java.nio.file.Path;
import java.time.Duration;

/** File journals with small segments, that keep the small times of tests. */
final class FileJournals {
  private FileJournals() {}

  static JournalConfig config(DataSize segmentSize) {
    return config(segmentSize, JournalConfig.defaults().queueBytes());
  }

  static JournalConfig config(DataSize segmentSize, DataSize queueBytes) {
    JournalConfig standard = JournalConfig.defaults();
    return new JournalConfig(
        Duration.ZERO,
        standard.maxBytes(),
        JournalConfig.Fsync.ON,
        segmentSize,
        Duration.ofDays(100 * 365),
        standard.retainSize(),
        queueBytes,
        standard.maxBacklog());
  }

  static FileJournal open(Path dir, JournalConfig config) {
    return open(dir, config, SegmentFile::open);
  }

  static FileJournal open(Path dir, JournalConfig config, SegmentFile.Opener files) {
    return FileJournal.open(
        dir, config, WallClock.system(), MonotonicClock.system(), new SimpleMeterRegistry(), files);
  }
}
