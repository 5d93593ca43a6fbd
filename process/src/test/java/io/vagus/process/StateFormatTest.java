package io.vagus.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.model.DeviceId;
import io.vagus.model.Quality;
import io.vagus.model.Reading;
import io.vagus.registry.InMemoryRegistry;
import io.vagus.testkit.ManualClock;
import io.vagus.watch.Watch;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** States of the processing as files of this and earlier releases hold them. */
@Timeout(30)
class StateFormatTest {
  @TempDir Path folder;

  /** Of three devices, one with a reported state and one with a text, after 23 records. */
  @Test
  void readsAStateFromBeforeThereWereRules() throws IOException {
    Files.createDirectories(folder.resolve("state"));
    try (InputStream old = StateFormatTest.class.getResourceAsStream("state-before-rules")) {
      Files.copy(old, folder.resolve("state").resolve("delta-0"));
    }
    Partition partition = partition();
    Checkpoints.open(folder.resolve("state"), partition::read).close();
    assertThat(partition.position).isEqualTo(23);
    assertThat(partition.revision).isZero();
    assertThat(partition.deviceCount()).isEqualTo(3);
    DeviceState d1 = partition.device(new DeviceId("d1")).orElseThrow();
    assertThat(d1.latest()).extracting(Reading::text).containsExactly("fast", null);
    assertThat(d1.latest()).extracting(Reading::quality).containsOnly(Quality.NO_DEVICE_TIME);
    assertThat(d1.sensors).isNull();
    assertThat(d1.remembered()).isNull();
    DeviceState d2 = partition.device(new DeviceId("d2")).orElseThrow();
    assertThat(d2.reportedView().orElseThrow().document().toString()).contains("open");
  }

  /** What has neither rules nor faults looked for is written as before. */
  @Test
  void writesWhatHasNoRulesAsBefore() throws IOException {
    Partition partition = partition();
    try (InputStream old = StateFormatTest.class.getResourceAsStream("state-before-rules")) {
      byte[] frame = old.readAllBytes();
      int content = frame.length - FrameFile.HEADER_BYTES;
      partition.read(Bytes.wrap(frame, FrameFile.HEADER_BYTES, content));
      Bytes again = Bytes.ofCapacity(content);
      partition.writeAll(out -> again.putBytes(out.array(), 0, out.position()));
      assertThat(again.position()).isEqualTo(content);
    }
  }

  @Test
  void readsBackQualitiesOfTwoBytes() {
    LastReadings last = new LastReadings();
    DeviceId device = new DeviceId("d");
    int all = (1 << 11) - 1;
    List<Reading> readings =
        List.of(
            new Reading(device, "a", 1, 2, 3, 4, null, all),
            new Reading(device, "b", 1, 2, 3, Double.NaN, "text", Quality.NOISE),
            new Reading(device, "c", 1, 2, 3, 5, null, Quality.STUCK | Quality.LATE),
            new Reading(device, "d", 1, 2, 3, Double.NaN, "text", Quality.GOOD));
    readings.forEach(reading -> last.put(-1, reading));
    Bytes bytes = Bytes.ofCapacity(64);
    last.write(bytes);
    LastReadings read = new LastReadings();
    read.read(Bytes.wrap(bytes.array(), 0, bytes.position()), device, new Interner());
    assertThat(read.list(device)).isEqualTo(readings);
  }

  private static Partition partition() {
    ManualClock clock = new ManualClock(Messages.T0);
    return new Partition(
        ProcessLimits.of(ProcessConfig.defaults()),
        new Watch(new InMemoryRegistry(clock), clock, clock),
        (device, relation) -> Optional.empty());
  }
}
